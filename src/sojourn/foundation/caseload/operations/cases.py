"""Deeds on cases. Each change appends a step, tallies its difference and is audited at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from sojourn.foundation import bulk
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload.models import Case, CaseStep, Crisis
from sojourn.foundation.caseload.operations.tallies import counted, difference_of, write_deltas
from sojourn.foundation.caseload.rules import check_can_step
from sojourn.foundation.caseload.terms import Answer, Stage, Standing
from sojourn.foundation.people.models import Person

BATCH = 2_000


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
    """How many cases were opened, how many had changed, and how many findings were passed over."""

    opened: int
    changed: int
    passed_over: int = 0


@transaction.atomic
def open_cases(
    *, crisis: Crisis, findings: Sequence[CaseFinding], what: str, by: Actor, at: datetime
) -> Opened:
    """Open a case for each finding, or bring an open one up to date. Safe to repeat; removes nothing.

    `what` names the step, such as `exposed` or `walked_in`. People of an exercise stay in exercises: a finding
    of the other world is passed over, and counted.
    """
    given = len(findings)
    findings = [found for found in findings if found.person.is_exercise == crisis.is_exercise]
    passed_over = given - len(findings)
    opened = changed = 0
    for start in range(0, len(findings), BATCH):
        batch = {found.person.pk: found for found in findings[start : start + BATCH]}
        known = list(_locked(crisis).filter(person_id__in=list(batch)))
        changed += _judge_again(known, batch, what=what, by=by, at=at)
        present = {case.person_id for case in known}
        fresh = [_new_case(crisis, found, at) for key, found in batch.items() if key not in present]
        bulk.insert(fresh)
        _append_steps(fresh, what=what, by=by, at=at)
        write_deltas(crisis, counted(fresh))
        opened += len(fresh)
    if opened or changed or passed_over:
        audit.record(
            what="cases.opened",
            about=crisis,
            by=by,
            at=at,
            opened=opened,
            changed=changed,
            passed_over=passed_over,
            why=what,
        )
    return Opened(opened, changed, passed_over)


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
        counts_before = counted(before)
        moved = [case for case in before if _apply(case, change, at)]
        if not moved:
            continue
        _write(change, moved, at)
        _append_steps(moved, what=change.what, by=by, at=at)
        write_deltas(crisis, difference_of(counts_before, counted(before)))
        total += len(moved)
        people.extend(case.person_id for case in moved)
    if total:
        only = people[0] if total == 1 else None
        audit.record(
            what=f"cases.{change.what}", about=crisis, by=by, at=at, person_id=only, count=total
        )
    return total


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
    counts_before = counted(known)
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
        write_deltas(changed[0].crisis, difference_of(counts_before, counted(known)))
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


def _write(change: CaseChange, moved: Sequence[Case], at: datetime) -> None:
    """Write a change that is the same for all in few statements, however many cases there are."""
    rows = Case.objects.filter(pk__in=[case.pk for case in moved])
    same = {"stage": change.stage, "standing": change.standing, "answer": change.answer}
    rows.update(changed_at=at, **{name: value for name, value in same.items() if value is not None})
    if change.is_messaged:
        rows.filter(messaged_at__isnull=True).update(messaged_at=at)
    if change.is_reached:
        rows.filter(reached_at__isnull=True).update(reached_at=at)


def _append_steps(cases: Sequence[Case], *, what: str, by: Actor, at: datetime) -> None:
    bulk.insert(
        [
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
        ]
    )
