"""Who holds a case. Taking is one conditional update: of two officers, one gets the case and the other the next."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.organisations.models import User
from sojourn.response.triage import rules

TRIES = 20


def take_next(*, queue: QuerySet[Case], by: User, at: datetime) -> Case | None:
    """Take the first case of an ordered queue that nobody holds; None when there is none.

    Two officers at once never get the same: the row is claimed by a condition on the row itself.
    """
    for _ in range(TRIES):
        keys = list(queue.filter(assigned_to__isnull=True).values_list("pk", flat=True)[:10])
        if not keys:
            return None
        for key in keys:
            if _claim(key, by=by, at=at):
                return Case.objects.get(pk=key)
    return None


@transaction.atomic
def _claim(case_id: UUID, *, by: User, at: datetime) -> bool:
    free = Case.objects.filter(pk=case_id, assigned_to__isnull=True)
    if not free.update(assigned_to=by):
        return False
    _record(Case.objects.get(pk=case_id), by, by, at)
    return True


@transaction.atomic
def assign(*, case: Case, to: User, by: User, at: datetime, expected: User | None = None) -> Case:
    """Give a case to an officer. `expected` is whom the reader saw holding it (None: nobody).

    Raises CannotAssign when somebody else has taken it meanwhile. Safe to repeat.
    """
    row = Case.objects.select_for_update(of=("self",)).select_related("assigned_to").get(pk=case.pk)
    if row.assigned_to_id == to.pk:
        return row
    rules.check_can_assign(
        holder=str(row.assigned_to or ""),
        is_expected=row.assigned_to_id == (expected.pk if expected else None),
    )
    row.assigned_to = to
    row.save(update_fields=["assigned_to"])
    _record(row, to, by, at)
    return row


@transaction.atomic
def release(*, case: Case, by: User, at: datetime) -> Case:
    """Give a case back to the queue. Safe to repeat."""
    row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.assigned_to_id is not None:
        row.assigned_to = None
        row.save(update_fields=["assigned_to"])
        audit.record(what="case.released", about=row, by=by, at=at, person_id=row.person_id)
    return row


@transaction.atomic
def assign_many(
    *, cases: QuerySet[Case], case_ids: Collection[UUID], to: User, by: User, at: datetime
) -> int:
    """Give a set of cases to an officer, those of them that are in `cases` and nobody holds; return how many."""
    rows = list(
        Case.objects.select_for_update(of=("self",))
        .filter(pk__in=cases.filter(pk__in=list(case_ids)).values("pk"), assigned_to__isnull=True)
        .order_by("pk")
    )
    Case.objects.filter(pk__in=[row.pk for row in rows]).update(assigned_to=to)
    for row in rows:
        _record(row, to, by, at)
    return len(rows)


def _record(case: Case, to: User, by: User, at: datetime) -> None:
    audit.record(
        what="case.assigned", about=case, by=by, at=at, person_id=case.person_id, to=to.audit_key
    )
