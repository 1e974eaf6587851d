"""Deeds of the procedure."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.organisations.models import Office, User
from sojourn.response.outreach.operations import links


@dataclass(frozen=True, slots=True)
class Closed:
    """What a lock-down did, in numbers."""

    staff: int
    sessions: int
    links: int


@transaction.atomic
def lock_down(*, office: Office, by: User, at: datetime) -> Closed:
    """Close an office and take back every personal link that its staff gave out by hand. Safe to repeat.

    Links that came by message stay: they are on people's own telephones. Raises CannotLock.
    """
    locked = accounts.lock_office(office=office, by=by, at=at)
    taken_back = links.revoke_links_given_by(givers=locked.staff, about=office, by=by, at=at)
    return Closed(len(locked.staff), locked.sessions, taken_back)
