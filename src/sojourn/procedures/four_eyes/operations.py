"""Deeds of the procedure: say yes, and do what was asked for."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts.models import Approval
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.organisations.models import Office, User

PASSWORD_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Agreed:
    """What followed from a yes: done at once, or left to the one who asked. A password is shown once."""

    is_done: bool
    user: User | None = None
    password: str = ""


@transaction.atomic
def agree(*, approval: Approval, by: User, at: datetime) -> Agreed:
    """Approve as the second person and carry the deed out; both or neither.

    Erasures, papers and payments are left to the one who asked, who has the record open. Raises CannotApprove.
    """
    approval = accounts.approve(approval=approval, by=by, at=at)
    _model, _colon, key = approval.about.partition(":")
    match Deed(approval.deed):
        case Deed.CRISIS_CLOSE:
            caseload.close_crisis(crisis=Crisis.objects.get(pk=key), by=by, at=at)
        case Deed.OFFICE_REOPEN:
            accounts.reopen_office(office=Office.objects.get(pk=key), by=by, at=at)
        case Deed.DISCLOSURES_UNLOCK:
            accounts.unlock_disclosures(user=User.objects.get(pk=key), by=by, at=at)
        case Deed.FACTORS_RESET:
            user, password = User.objects.get(pk=key), secrets.token_urlsafe(PASSWORD_BYTES)
            accounts.let_in(user=user, password=password, by=by, at=at)
            return Agreed(is_done=True, user=user, password=password)
        case _:
            return Agreed(is_done=False)
    return Agreed(is_done=True)


@transaction.atomic
def close_alone(*, crisis: Crisis, why: Why, reason: str, by: User, at: datetime) -> None:
    """Close a crisis by one officer: in an exercise, or where nobody else could approve it.

    Raises CannotGoAlone and CannotAsk. The reason is shown for ever.
    """
    accounts.go_alone(
        deed=Deed.CRISIS_CLOSE,
        about=crisis,
        organisation=crisis.lead,
        why=why,
        reason=reason,
        by=by,
        at=at,
    )
    caseload.close_crisis(crisis=crisis, by=by, at=at)
