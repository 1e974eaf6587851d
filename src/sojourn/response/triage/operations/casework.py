"""Daily deeds on a case: notes, tasks, acting, closing and opening again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sojourn.foundation.access import sealing
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Stage, Standing
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.people.operations import key_of
from sojourn.response.triage import rules
from sojourn.response.triage.models import Entry, Note, TriageTask
from sojourn.response.triage.operations.assessing import into_queue, locked, reassess
from sojourn.response.triage.terms import ClosingReason, EscalationLevel


@transaction.atomic
def add_note(
    *,
    case: Case,
    text: str,
    organisation: Organisation,
    by: User,
    at: datetime,
    key: UUID | None = None,
) -> Note:
    """Write something down. Only the organisation of the writer reads it. The same `key` counts once."""
    key = key or uuid7()
    known = Note.objects.filter(pk=key, case=case).first()
    if known is not None:
        return known
    note = Note.objects.create(
        id=key,
        case=case,
        organisation=organisation,
        text_sealed=sealing.seal(
            text, table="triage_note", column="text", row=key, key=key_of(case.person, at=at)
        ),
        by=by,
        at=at,
    )
    audit.record(what="note.added", about=note, by=by, at=at, person_id=case.person_id)
    return note


@transaction.atomic
def add_task(
    *,
    case: Case,
    words: str,
    by: User,
    at: datetime,
    assigned_to: User | None = None,
    due_at: datetime | None = None,
    key: UUID | None = None,
) -> TriageTask:
    """Add something to do. The same `key` counts once."""
    key = key or uuid7()
    known = TriageTask.objects.filter(pk=key, case=case).first()
    if known is not None:
        return known
    task = TriageTask.objects.create(
        id=key,
        case=case,
        words_sealed=sealing.seal(
            words,
            table="triage_triagetask",
            column="words",
            row=key,
            key=key_of(case.person, at=at),
        ),
        assigned_to=assigned_to,
        made_by=by.audit_key,
        made_at=at,
        due_at=due_at,
    )
    audit.record(what="task.added", about=task, by=by, at=at, person_id=case.person_id)
    return task


@transaction.atomic
def finish_task(*, task: TriageTask, by: User, at: datetime) -> None:
    """Note that a task is done. Safe to repeat."""
    open_task = TriageTask.objects.filter(pk=task.pk, done_at__isnull=True)
    if open_task.update(done_at=at, done_by=by.audit_key):
        audit.record(what="task.finished", about=task, by=by, at=at, person_id=task.case.person_id)


@transaction.atomic
def reopen_task(*, task: TriageTask, by: User, at: datetime) -> None:
    """Take it back: the task is still to do. Safe to repeat."""
    done = TriageTask.objects.filter(pk=task.pk, done_at__isnull=False)
    if done.update(done_at=None, done_by=""):
        audit.record(what="task.reopened", about=task, by=by, at=at, person_id=task.case.person_id)


@transaction.atomic
def act(*, case: Case, what: str, by: User, at: datetime) -> None:
    """Note that somebody acted for the person (`called`, `helped`): the clock starts anew. Safe to repeat."""
    case = locked(case.pk)
    entry = Entry.objects.filter(case=case, closed_at__isnull=True).first()
    if entry is None or entry.acted_at == at:
        return
    entry.acted_at, entry.escalation = at, EscalationLevel.NONE
    entry.save(update_fields=["acted_at", "escalation"])
    reassess(case, entry, by=by, at=at, is_restart=True)
    audit.record(what=f"case.{what}", about=case, by=by, at=at, person_id=case.person_id)


@transaction.atomic
def close_case(
    *,
    case: Case,
    reason: ClosingReason,
    words: str,
    by: User,
    at: datetime,
    organisation: Organisation,
) -> None:
    """Take a case out of the queue, with the reason. Help stays open. Safe to repeat.

    Raises CannotTriage where words are needed and missing. Who cannot be reached is unaccounted for again.
    """
    case = locked(case.pk)
    rules.check_can_close(reason=reason.value, words=words, priority=case.priority)
    entry, _ = Entry.objects.get_or_create(case=case, defaults={"since_at": at})
    if entry.closed_at is not None:
        return
    entry.closed_at, entry.closing_reason = at, reason
    entry.save(update_fields=["closed_at", "closing_reason"])
    standing = rules.standing_after(reason.value)
    caseload.change_cases(
        crisis=case.crisis,
        case_ids=[case.pk],
        change=caseload.CaseChange(
            what="closed",
            stage=Stage.CLOSED,
            standing=Standing(standing) if standing else None,
        ),
        by=by,
        at=at,
    )
    Case.objects.filter(pk=case.pk).update(priority=None, due_at=None)
    if words.strip():
        add_note(case=case, text=words.strip(), organisation=organisation, by=by, at=at)
    audit.record(
        what="case.closed", about=case, by=by, at=at, person_id=case.person_id, reason=reason.value
    )


@transaction.atomic
def reopen_case(*, case: Case, by: User, at: datetime) -> None:
    """Put a closed case back: the wait counts from now, the needs as they were. Safe to repeat."""
    case = locked(case.pk)
    entry = Entry.objects.filter(case=case, closed_at__isnull=False).first()
    if entry is None:
        return
    entry = into_queue(case, what="reopened", by=by, at=at)
    case.refresh_from_db(fields=["priority", "due_at", "stage"])
    reassess(case, entry, by=by, at=at)
    audit.record(what="case.reopened", about=case, by=by, at=at, person_id=case.person_id)
