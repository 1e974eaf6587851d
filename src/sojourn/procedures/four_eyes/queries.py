"""Questions of the procedure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Model, QuerySet

from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.accounts import queries as accounts
from sojourn.foundation.accounts.models import Approval
from sojourn.foundation.accounts.terms import Deed, Ground
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.organisations.models import Office, User
from sojourn.foundation.organisations.terms import Role

SHOWN: Final = 30
TABLES: Final[dict[str, type[Model]]] = {"crisis": Crisis, "office": Office, "user": User}


@dataclass(frozen=True, slots=True)
class Line:
    """One request, and what it is about in words; empty for people's records, which are not named here."""

    approval: Approval
    subject: str


def lines(approvals: Sequence[Approval]) -> list[Line]:
    """Return approvals with what they are about."""
    return [Line(approval, subject_of(approval)) for approval in approvals]


def subject_of(approval: Approval) -> str:
    """Return the name of the crisis, office or user that an approval is about."""
    model, _colon, key = approval.about.partition(":")
    table = TABLES.get(model)
    found = table._default_manager.filter(pk=key).first() if table else None
    return str(found) if found else ""


def decided(viewer: Viewer) -> list[Line]:
    """Return the newest that was decided in the viewer's organisations."""
    return lines(list(accounts.decided_in(viewer=viewer)[:SHOWN]))


def approval(viewer: Viewer, key: UUID) -> Approval | None:
    """Return a request of one of the viewer's organisations that waits for a decision."""
    return (
        Approval.objects.filter(
            pk=key, organisation__in=viewer.organisation_ids, closed_at__isnull=True
        )
        .select_related("organisation", "asked_by")
        .first()
    )


def crises_led(viewer: Viewer) -> QuerySet[Crisis]:
    """Return the crises that the viewer may ask to close: led by an organisation where they are duty officer."""
    led = [held.organisation_id for held in viewer.memberships if held.role == Role.DUTY_OFFICER]
    return Crisis.objects.filter(lead__in=led)


def ground_to_close(crisis: Crisis, *, by: User, at: datetime) -> Ground | None:
    """Return on what ground one officer may close a crisis alone, or None."""
    return accounts.ground_for_one(deed=Deed.CRISIS_CLOSE, organisation=crisis.lead, by=by, at=at)
