"""Deeds on tallies: write the difference with the change, fold it later, count anew."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import queries
from sojourn.foundation.caseload.models import Case, Crisis, Tally, TallyDelta, TallyPoint
from sojourn.foundation.caseload.terms import Facet, Measure


@transaction.atomic
def fold_tallies(*, at: datetime, limit: int = 20_000) -> int:
    """Fold the deltas into the tallies and note the course over time. One folder at a time; safe to repeat.

    `at` is the real moment; points are noted in the time of each crisis, one a minute at most.
    """
    rows = list(TallyDelta.objects.select_for_update().order_by("id")[:limit])
    sums: Counter[tuple[UUID, UUID, str, str, str]] = Counter()
    for row in rows:
        sums[(row.crisis_id, row.organisation_id, row.facet, row.value, row.measure)] += row.delta
    for (crisis_id, organisation_id, facet, value, measure), delta in sums.items():
        tally, is_new = Tally.objects.select_for_update().get_or_create(
            crisis_id=crisis_id,
            organisation_id=organisation_id,
            facet=facet,
            value=value,
            measure=measure,
            defaults={"count": delta},
        )
        if not is_new and delta:
            tally.count += delta
            tally.save(update_fields=["count"])
    TallyDelta.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for crisis in Crisis.objects.filter(pk__in={key[0] for key in sums}):
        _note_points(crisis, at=crisis.clock.at(at))
    return len(rows)


@transaction.atomic
def recount(*, crisis: Crisis, by: Actor, at: datetime) -> int:
    """Count a crisis anew from its cases and return how many tallies were wrong (0, or a defect)."""
    wrong = queries.drift(crisis)
    write_deltas(crisis, Counter({key: -value for key, value in wrong.items()}))
    if wrong:
        audit.record(what="tallies.corrected", about=crisis, by=by, at=at, count=len(wrong))
    return len(wrong)


def counted(cases: Iterable[Case]) -> Counter[queries.Count]:
    """Return what the cases add up to; cases that count alike are counted together."""
    alike: dict[tuple[object, ...], Case] = {}
    numbers: Counter[tuple[object, ...]] = Counter()
    for case in cases:
        kind = (
            *(case.responsible_id, case.office_id, case.area, case.nationality, case.language),
            *(case.band, case.answer, case.standing),
            *(case.messaged_at is None, case.reached_at is None),
        )
        alike.setdefault(kind, case)
        numbers[kind] += 1
    counts: Counter[queries.Count] = Counter()
    for same, case in alike.items():
        for key, one in queries.counts_of(case).items():
            counts[key] += one * numbers[same]
    return counts


def difference_of(
    before: Counter[queries.Count], after: Counter[queries.Count]
) -> Counter[queries.Count]:
    difference = Counter(after)
    difference.subtract(before)
    return difference


def write_deltas(crisis: Crisis, difference: Counter[queries.Count]) -> None:
    TallyDelta.objects.bulk_create(
        TallyDelta(
            crisis=crisis,
            organisation_id=organisation,
            facet=facet,
            value=value,
            measure=measure,
            delta=delta,
        )
        for (organisation, facet, value, measure), delta in difference.items()
        if delta
    )


def _note_points(crisis: Crisis, *, at: datetime) -> None:
    moment = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    counts = (
        Tally.objects.filter(crisis=crisis, facet=Facet.ALL)
        .values_list("organisation_id", "measure")
        .annotate(total=Sum("count"))
    )
    TallyPoint.objects.bulk_create(
        [
            TallyPoint(
                crisis=crisis,
                organisation_id=organisation,
                at=moment,
                measure=Measure(measure),
                count=total,
            )
            for organisation, measure, total in counts
        ],
        update_conflicts=True,
        unique_fields=["crisis", "organisation", "at", "measure"],
        update_fields=["count"],
    )
