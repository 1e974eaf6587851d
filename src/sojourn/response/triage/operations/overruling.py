"""An officer says otherwise than the rules."""

from datetime import datetime

from django.db import transaction

from sojourn.foundation.access import sealing
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import User
from sojourn.foundation.people.operations import key_of
from sojourn.foundation.refusals import mark as _
from sojourn.response.triage import rules
from sojourn.response.triage.models import Override
from sojourn.response.triage.operations.assessing import locked, reassess
from sojourn.response.triage.rules import CannotTriage


@transaction.atomic
def overrule(*, case: Case, priority: int, reason: str, by: User, at: datetime) -> Override:
    """Give a case another priority than the rules do. The reason is kept sealed; a former overruling ends.

    Raises CannotTriage without a reason, or when the case is not in the queue. Safe to repeat.
    """
    rules.check_can_overrule(priority=priority, reason=reason)
    case = locked(case.pk)
    if case.priority is None:
        raise CannotTriage(_("This case is not in the queue."))
    known = case.overrides.filter(ended_at__isnull=True).first()
    if known is not None and (known.priority, known.by_id) == (priority, by.pk):
        return known
    case.overrides.filter(ended_at__isnull=True).update(ended_at=at)
    key = uuid7()
    override = Override.objects.create(
        id=key,
        case=case,
        priority=priority,
        was_priority=case.priority,
        reason_sealed=sealing.seal(
            reason.strip(),
            table="triage_override",
            column="reason",
            row=key,
            key=key_of(case.person, at=at),
        ),
        by=by,
        at=at,
    )
    reassess(case, case.triage, by=by, at=at)
    audit.record(
        what="case.overruled",
        about=case,
        by=by,
        at=at,
        person_id=case.person_id,
        priority=priority,
        was=override.was_priority,
        override=key,
    )
    return override


@transaction.atomic
def end_overrule(*, case: Case, by: User, at: datetime) -> None:
    """Let the rules speak again. Safe to repeat."""
    case = locked(case.pk)
    if case.overrides.filter(ended_at__isnull=True).update(ended_at=at):
        reassess(case, case.triage, by=by, at=at)
        audit.record(
            what="case.overruling_ended", about=case, by=by, at=at, person_id=case.person_id
        )
