"""Deeds on crises and cases. Each change appends a step, tallies its difference and is audited at once."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import queries
from sojourn.foundation.caseload.models import (
    Case,
    CaseStep,
    Crisis,
    Tally,
    TallyDelta,
    TallyPoint,
)
from sojourn.foundation.caseload.rules import WORLD_CLOCK, CannotStep, Clock, check_can_step
from sojourn.foundation.caseload.terms import (
    AlertLevel,
    Answer,
    CrisisKind,
    Facet,
    Measure,
    Stage,
    Standing,
)
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import Person

__all__ = ["CannotStep"]

BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisFacts:
    """What a crisis is when it is opened."""

    name: str
    kind: CrisisKind
    countries: Sequence[str] = ()
    time_zone: str = "UTC"
    alert_level: AlertLevel = AlertLevel.PRECAUTION
    is_exercise: bool = False
    clock: Clock = WORLD_CLOCK


@transaction.atomic
def open_crisis(
    *,
    facts: CrisisFacts,
    lead: Organisation,
    participants: Iterable[Organisation] = (),
    by: Actor,
    at: datetime,
) -> Crisis:
    """Open a crisis that `lead` leads and `participants` work on, each for its own people."""
    crisis = Crisis.objects.create(
        name=facts.name,
        kind=facts.kind,
        countries=list(facts.countries),
        time_zone=facts.time_zone,
        alert_level=facts.alert_level,
        is_exercise=facts.is_exercise,
        lead=lead,
        started_at=at,
        clock_started_at=facts.clock.started_at,
        clock_shows_at=facts.clock.shows_at,
        clock_speed=facts.clock.speed,
    )
    crisis.participants.set(participants)
    audit.record(what="crisis.opened", about=crisis, by=by, at=at, is_exercise=facts.is_exercise)
    return crisis


@transaction.atomic
def set_alert_level(*, crisis: Crisis, level: AlertLevel, by: Actor, at: datetime) -> None:
    """Change what people are advised to do. Safe to repeat."""
    changed = (
        Crisis.objects.filter(pk=crisis.pk).exclude(alert_level=level).update(alert_level=level)
    )
    if changed:
        audit.record(what="crisis.level_set", about=crisis, by=by, at=at, level=level)


@transaction.atomic
def set_clock(*, crisis: Crisis, clock: Clock, by: Actor, at: datetime) -> None:
    """Let the clock of an exercise run, pause or jump. A database constraint keeps live crises out."""
    Crisis.objects.filter(pk=crisis.pk).update(
        clock_started_at=clock.started_at, clock_shows_at=clock.shows_at, clock_speed=clock.speed
    )
    audit.record(what="crisis.clock_set", about=crisis, by=by, at=at, speed=clock.speed)


@transaction.atomic
def close_crisis(*, crisis: Crisis, by: Actor, at: datetime) -> None:
    """Close a crisis. Its cases stay as they are, and help stays open. Safe to repeat."""
    if Crisis.objects.filter(pk=crisis.pk, closed_at__isnull=True).update(closed_at=at):
        audit.record(what="crisis.closed", about=crisis, by=by, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFinding:
    """What exposure, or a walk-in, says about one person in one crisis."""

    person: Person
    answer: Answer
    band: str = ""
    probability: float | None = None
    reason: str = ""
    position_observed_at: datetime | None = None
    area: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """How many cases were opened and how many had changed."""

    opened: int
    changed: int


@transaction.atomic
def open_cases(
    *, crisis: Crisis, findings: Sequence[CaseFinding], what: str, by: Actor, at: datetime
) -> Opened:
    """Open a case for each finding, or bring an open one up to date. Safe to repeat; removes nothing.

    `what` names the step, such as `exposed` or `walked_in`. People of an exercise stay in exercises.
    """
    findings = [found for found in findings if found.person.is_exercise == crisis.is_exercise]
    opened = changed = 0
    for start in range(0, len(findings), BATCH):
        batch = {found.person.pk: found for found in findings[start : start + BATCH]}
        known = list(_locked(crisis).filter(person_id__in=list(batch)))
        changed += _judge_again(known, batch, what=what, by=by, at=at)
        present = {case.person_id for case in known}
        fresh = [_new_case(crisis, found, at) for key, found in batch.items() if key not in present]
        Case.objects.bulk_create(fresh, batch_size=BATCH)
        _append_steps(fresh, what=what, by=by, at=at)
        _tally(crisis, after=fresh)
        opened += len(fresh)
    if opened or changed:
        audit.record(
            what="cases.opened",
            about=crisis,
            by=by,
            at=at,
            opened=opened,
            changed=changed,
            why=what,
        )
    return Opened(opened, changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One change for a set of cases. What is None stays. `what` names the step."""

    what: str
    stage: Stage | None = None
    standing: Standing | None = None
    is_messaged: bool = False
    is_reached: bool = False
    answer: Answer | None = None


@transaction.atomic
def change_cases(
    *, crisis: Crisis, case_ids: Collection[UUID], change: CaseChange, by: Actor, at: datetime
) -> int:
    """Change some cases of a crisis at once and return how many did change. Safe to repeat.

    Raises CannotStep, and changes nothing, when one of them cannot take the step; steps of help never fail.
    """
    ids = list(case_ids)
    total = 0
    people: list[UUID] = []
    for start in range(0, len(ids), BATCH):
        before = list(_locked(crisis).filter(pk__in=ids[start : start + BATCH]))
        counted = _counted(before)
        moved = [case for case in before if _apply(case, change, at)]
        if not moved:
            continue
        Case.objects.bulk_update(
            moved,
            ["stage", "standing", "answer", "messaged_at", "reached_at", "changed_at"],
            batch_size=500,
        )
        _append_steps(moved, what=change.what, by=by, at=at)
        _write_deltas(crisis, _difference(counted, _counted(before)))
        total += len(moved)
        people.extend(case.person_id for case in moved)
    if total:
        only = people[0] if total == 1 else None
        audit.record(
            what=f"cases.{change.what}", about=crisis, by=by, at=at, person_id=only, count=total
        )
    return total


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
    _write_deltas(crisis, Counter({key: -value for key, value in wrong.items()}))
    if wrong:
        audit.record(what="tallies.corrected", about=crisis, by=by, at=at, count=len(wrong))
    return len(wrong)


def _locked(crisis: Crisis) -> QuerySet[Case]:
    return Case.objects.select_for_update(of=("self",)).filter(crisis=crisis).order_by("pk")


def _new_case(crisis: Crisis, found: CaseFinding, at: datetime) -> Case:
    person = found.person
    is_exposed = found.answer not in {Answer.REPORTED, Answer.OUTSIDE}
    return Case(
        crisis=crisis,
        person=person,
        household_id=person.household_id,
        responsible_id=person.responsible_id,
        office_id=person.office_id,
        stage=Stage.EXPOSED if is_exposed else Stage.REGISTERED,
        standing=Standing.UNACCOUNTED,
        answer=found.answer,
        band=found.band,
        probability=found.probability,
        reason=found.reason[:400],
        position_observed_at=found.position_observed_at,
        area=found.area[:120],
        nationality=person.nationality,
        language=person.language,
        opened_at=at,
        changed_at=at,
    )


def _judge_again(
    known: Sequence[Case],
    findings: dict[UUID, CaseFinding],
    *,
    what: str,
    by: Actor,
    at: datetime,
) -> int:
    counted = _counted(known)
    changed = []
    for case in known:
        found = findings[case.person_id]
        if (case.answer, case.band, case.area) == (found.answer, found.band, found.area[:120]):
            continue
        case.answer, case.band, case.area = found.answer, found.band, found.area[:120]
        case.probability, case.reason = found.probability, found.reason[:400]
        case.position_observed_at, case.changed_at = found.position_observed_at, at
        changed.append(case)
    if changed:
        Case.objects.bulk_update(
            changed,
            [
                "answer",
                "band",
                "area",
                "probability",
                "reason",
                "position_observed_at",
                "changed_at",
            ],
            batch_size=500,
        )
        _append_steps(changed, what=what, by=by, at=at)
        _write_deltas(changed[0].crisis, _difference(counted, _counted(known)))
    return len(changed)


def _apply(case: Case, change: CaseChange, at: datetime) -> bool:
    """Apply a change to a case in memory and return whether it changed."""
    before = (case.stage, case.standing, case.answer, case.messaged_at, case.reached_at)
    if change.stage is not None:
        check_can_step(stage=Stage(case.stage), to=change.stage)
        case.stage = change.stage
    if change.standing is not None:
        case.standing = change.standing
    if change.answer is not None:
        case.answer = change.answer
    if change.is_messaged and case.messaged_at is None:
        case.messaged_at = at
    if change.is_reached and case.reached_at is None:
        case.reached_at = at
    if before == (case.stage, case.standing, case.answer, case.messaged_at, case.reached_at):
        return False
    case.changed_at = at
    return True


def _append_steps(cases: Sequence[Case], *, what: str, by: Actor, at: datetime) -> None:
    CaseStep.objects.bulk_create(
        (
            CaseStep(
                crisis_id=case.crisis_id,
                case=case,
                what=what,
                at=at,
                by=by.audit_key,
                stage=case.stage,
                standing=case.standing,
                answer=case.answer,
                band=case.band,
                area=case.area,
                is_messaged=case.messaged_at is not None,
                is_reached=case.reached_at is not None,
            )
            for case in cases
        ),
        batch_size=BATCH,
    )


def _counted(cases: Iterable[Case]) -> Counter[queries.Count]:
    counts: Counter[queries.Count] = Counter()
    for case in cases:
        counts.update(queries.counts_of(case))
    return counts


def _difference(
    before: Counter[queries.Count], after: Counter[queries.Count]
) -> Counter[queries.Count]:
    difference = Counter(after)
    difference.subtract(before)
    return difference


def _tally(crisis: Crisis, *, after: Sequence[Case]) -> None:
    _write_deltas(crisis, _counted(after))


def _write_deltas(crisis: Crisis, difference: Counter[queries.Count]) -> None:
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
