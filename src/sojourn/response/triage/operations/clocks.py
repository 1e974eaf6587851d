"""Clocks that ran out: the post is told, then the duty officer. The worker calls this again and again."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Max, Q

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor, System
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.methods.priority import table_of
from sojourn.response.referral.models import ReferralStep
from sojourn.response.referral.terms import State
from sojourn.response.triage import rules
from sojourn.response.triage.models import Entry, Escalation, Override
from sojourn.response.triage.operations.assessing import locked, reassess
from sojourn.response.triage.terms import EscalationLevel

WORKER: Final = System("triage")
LONG_WAIT: Final = timedelta(hours=24)
BATCH: Final = 2_000


def escalate(*, at: datetime, by: Actor = WORKER) -> int:
    """Look at the clocks of every open crisis, each in its own time; return how many cases were escalated.

    `at` is the real moment. Safe to repeat: a clock that ran out reaches each level once.
    """
    return sum(
        escalate_crisis(crisis=crisis, at=crisis.clock.at(at), by=by)
        for crisis in Crisis.objects.filter(closed_at__isnull=True).order_by("pk")
    )


def escalate_crisis(*, crisis: Crisis, at: datetime, by: Actor = WORKER) -> int:
    """Look at the clocks of one crisis at a moment of its own time. Safe to repeat."""
    _note_referrals(crisis, by)
    _lift_long_waits(crisis, at, by)
    return _tell(crisis, at, by)


def _note_referrals(crisis: Crisis, by: Actor) -> None:
    """A referral that was sent is an act for the person: the clock starts anew from then. (A partner's has its own.)"""
    sent = ReferralStep.objects.filter(
        Q(referral__case__triage__acted_at__isnull=True)
        | Q(at__gt=F("referral__case__triage__acted_at")),
        state=State.SENT,
        at__gte=F("referral__case__triage__since_at"),
        referral__case__crisis=crisis,
        referral__case__priority__isnull=False,
    )
    newest = sent.values("referral__case").annotate(last=Max("at"))
    for case_id, last in newest.values_list("referral__case", "last")[:BATCH]:
        with transaction.atomic():
            case = locked(case_id)
            entry = Entry.objects.filter(case=case, closed_at__isnull=True).first()
            if entry is None or (entry.acted_at is not None and entry.acted_at >= last):
                continue
            entry.acted_at = last
            entry.save(update_fields=["acted_at"])
            reassess(case, entry, by=by, at=last, is_restart=True)
            audit.record(what="case.referred", about=case, by=by, at=last, person_id=case.person_id)


def _lift_long_waits(crisis: Crisis, at: datetime, by: Actor) -> None:
    """Who has waited for a day and is in the last class is judged anew."""
    waiting = Entry.objects.filter(
        case__crisis=crisis,
        case__priority=4,
        closed_at__isnull=True,
        acted_at__isnull=True,
        since_at__lte=at - LONG_WAIT,
    ).exclude(case__in=Override.objects.filter(ended_at__isnull=True).values("case"))
    for key in waiting.order_by("since_at").values_list("case_id", flat=True)[:BATCH]:
        with transaction.atomic():
            case = locked(key)
            reassess(case, case.triage, by=by, at=at)


@transaction.atomic
def _tell(crisis: Crisis, at: datetime, by: Actor) -> int:
    again = table_of().escalate_again_after_min
    late = Q(triage__escalation=EscalationLevel.NONE)
    for priority, minutes in again.items():
        late |= Q(
            triage__escalation=EscalationLevel.POST,
            priority=priority,
            due_at__lte=at - timedelta(minutes=minutes),
        )
    cases = list(
        Case.objects.select_for_update(of=("self",))
        .filter(late, crisis=crisis, priority__isnull=False, due_at__lte=at)
        .order_by("priority", "due_at")
        .annotate(level=F("triage__escalation"))[:BATCH]
    )
    told = [
        (case, case.due_at, _level(case, at, again[case.priority or 4]))
        for case in cases
        if case.due_at is not None
    ]
    Escalation.objects.bulk_create(
        (Escalation(case=case, level=level, due_at=due_at, at=at) for case, due_at, level in told),
        ignore_conflicts=True,
    )
    for level in EscalationLevel:
        keys = [case.pk for case, _, reached in told if reached == level]
        if keys:
            Entry.objects.filter(case__in=keys).update(escalation=level)
    if told:
        audit.record(what="cases.escalated", about=crisis, by=by, at=at, count=len(told))
    return len(told)


def _level(case: Case, at: datetime, again_after_min: int) -> int:
    overdue = at - case.due_at if case.due_at else timedelta(0)
    return rules.next_level(
        level=case.level,  # type: ignore[attr-defined]  # annotated by the query above
        has_post=case.office_id is not None,
        overdue=overdue,
        again_after=timedelta(minutes=again_after_min),
    )
