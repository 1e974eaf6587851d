"""An office is overrun: close it at once, open it again by two from elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sojourn.foundation.access.operations import raise_notice
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.accounts import queries, rules
from sojourn.foundation.accounts.operations import approvals
from sojourn.foundation.accounts.operations.sessions import end_sessions
from sojourn.foundation.accounts.terms import Deed
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import Office, User


@dataclass(frozen=True, slots=True)
class Locked:
    """What a lock-down did: whose roles do not count any more, and how many sessions it ended."""

    staff: tuple[User, ...]
    sessions: int


@transaction.atomic
def lock_office(*, office: Office, by: User, at: datetime) -> Locked:
    """Close an office at once. Roles there stop counting, and who has no other role is signed out everywhere.

    Safe to repeat. Raises CannotLock for users who neither work there nor run the organisation.
    """
    office = Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    rules.check_can_lock(may=queries.may_lock(office=office, user=by, at=at))
    staff = queries.staff_of(office, at=at)
    is_new = office.locked_at is None
    if is_new:
        office.locked_at = at
        office.save(update_fields=["locked_at"])
    ended = sum(
        end_sessions(user=account, by=by, at=at)
        for user in staff
        if not organisations.memberships_in_force(user=user, at=at)
        for account in queries.accounts_of(user)
    )
    if is_new:
        audit.record(
            what="office.locked", about=office, by=by, at=at, staff=len(staff), sessions=ended
        )
        raise_notice(
            organisation=office.organisation,
            kind=NoticeKind.LOCK_DOWN,
            about=queries.key_of(office),
            by=by,
            at=at,
        )
    return Locked(tuple(staff), ended)


@transaction.atomic
def reopen_office(*, office: Office, by: User, at: datetime) -> None:
    """Open an office again, after two people from elsewhere agreed. Raises NotApproved."""
    approvals.use(deed=Deed.OFFICE_REOPEN, about=office, by=by, at=at)
    Office.objects.filter(pk=office.pk).update(locked_at=None)
    audit.record(what="office.reopened", about=office, by=by, at=at)
