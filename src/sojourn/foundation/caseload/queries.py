"""Questions about crises, cases and their counts."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload.models import Case, CaseStep, Crisis, Tally, TallyDelta, TallyPoint
from sojourn.foundation.caseload.rules import Tallied, measures_of
from sojourn.foundation.caseload.terms import Answer, Facet, Measure, Standing
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people_queries

Count = tuple[UUID, str, str, str]  # organisation, facet, value, measure


def crises(*, viewer: Viewer) -> QuerySet[Crisis]:
    """Return the crises that the viewer's organisations lead or take part in, newest first."""
    organisations = [
        membership.organisation_id
        for membership in viewer.memberships
        if membership.role not in {Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER}
    ]
    mine = Q(lead_id__in=organisations) | Q(
        pk__in=Crisis.participants.through.objects.filter(organisation_id__in=organisations).values(
            "crisis_id"
        )
    )
    return Crisis.objects.filter(mine).order_by("-started_at", "-id")


def cases(*, viewer: Viewer, purpose: Purpose) -> QuerySet[Case]:
    """Return the cases of the people that the viewer may see for the purpose."""
    people = people_queries.people(viewer=viewer, purpose=purpose)
    return Case.objects.filter(Exists(people.filter(pk=OuterRef("person_id"))))


def moments_of(people: Collection[UUID], *, at: datetime) -> Mapping[UUID, datetime]:
    """Return what the clock of their exercise shows, for those who are in one."""
    played = Case.objects.filter(
        person__in=people, crisis__is_exercise=True, crisis__closed_at__isnull=True
    ).select_related("crisis")
    return {case.person_id: case.crisis.clock.at(at) for case in played}


def steps_of(case: Case) -> QuerySet[CaseStep]:
    """Return the history of a case that the caller may see, newest first."""
    return case.steps.order_by("-at", "-id")


def tallies(
    *, crisis: Crisis, organisations: Collection[UUID] | None, facet: Facet = Facet.ALL
) -> Mapping[str, Mapping[Measure, int]]:
    """Return value → measure → count for one facet, deltas not yet folded included.

    `organisations` None means all together, which is for numbers under disclosure control only.
    """
    counts: dict[str, Counter[Measure]] = {}
    for table, column in ((Tally, "count"), (TallyDelta, "delta")):
        rows = table._default_manager.filter(crisis=crisis, facet=facet)
        if organisations is not None:
            rows = rows.filter(organisation_id__in=organisations)
        for value, measure, total in rows.values_list("value", "measure").annotate(Sum(column)):
            counts.setdefault(value, Counter())[Measure(measure)] += total
    return {
        value: {measure: count for measure, count in by_measure.items() if count}
        for value, by_measure in counts.items()
        if any(by_measure.values())
    }


def course(*, crisis: Crisis, organisations: Collection[UUID] | None) -> QuerySet[TallyPoint]:
    """Return the points of the counts over time, oldest first."""
    points = TallyPoint.objects.filter(crisis=crisis)
    if organisations is not None:
        points = points.filter(organisation_id__in=organisations)
    return points.order_by("at", "measure")


def steps_as_of(crisis: Crisis, at: datetime) -> QuerySet[CaseStep]:
    """Return for each case of a crisis the step that held at a past moment.

    The caller narrows by viewer: `.filter(case__in=cases(viewer=…, purpose=…))`.
    """
    newest = Window(
        RowNumber(), partition_by=F("case_id"), order_by=[F("at").desc(), F("id").desc()]
    )
    held = (
        CaseStep.objects.filter(crisis=crisis, at__lte=at)
        .annotate(rank=newest)
        .filter(rank=1)
        .values("pk")
    )
    return CaseStep.objects.filter(pk__in=held)


def standing_as_of(
    crisis: Crisis, at: datetime, *, organisations: Collection[UUID] | None
) -> Mapping[Measure, int]:
    """Return the numbers of the board as they were at a past moment."""
    counts: Counter[Measure] = Counter()
    steps = steps_as_of(crisis, at)
    if organisations is not None:
        steps = steps.filter(case__responsible_id__in=organisations)
    for answer, standing, is_messaged, is_reached in steps.values_list(
        "answer", "standing", "is_messaged", "is_reached"
    ):
        counts.update(
            measures_of(Tallied(Answer(answer), Standing(standing), is_messaged, is_reached))
        )
    return counts


def drift(crisis: Crisis) -> Mapping[Count, int]:
    """Return where the tallies differ from the cases: tallied minus true. Empty when all is well."""
    difference: Counter[Count] = Counter()
    for table, column in ((Tally, "count"), (TallyDelta, "delta")):
        rows = table._default_manager.filter(crisis=crisis)
        for *key, total in rows.values_list(
            "organisation_id", "facet", "value", "measure"
        ).annotate(Sum(column)):
            difference[(key[0], key[1], key[2], key[3])] += total
    difference.subtract(true_counts(crisis))
    return {key: value for key, value in difference.items() if value}


def true_counts(crisis: Crisis) -> Counter[Count]:
    """Return every count of a crisis from the cases themselves. Slow; for checks only."""
    counts: Counter[Count] = Counter()
    for case in Case.objects.filter(crisis=crisis).iterator(chunk_size=5_000):
        counts.update(counts_of(case))
    return counts


def counts_of(case: Case) -> Counter[Count]:
    """Return the counts that one case adds to."""
    values = {
        Facet.ALL: "",
        Facet.AREA: case.area,
        Facet.NATIONALITY: case.nationality,
        Facet.LANGUAGE: case.language,
        Facet.BAND: case.band,
        Facet.OFFICE: str(case.office_id or ""),
    }
    measures = measures_of(
        Tallied(
            Answer(case.answer),
            Standing(case.standing),
            case.messaged_at is not None,
            case.reached_at is not None,
        )
    )
    return Counter(
        (case.responsible_id, facet.value, value, measure.value)
        for facet, value in values.items()
        for measure in measures
    )
