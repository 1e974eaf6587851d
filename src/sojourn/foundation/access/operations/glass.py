"""Break the glass: open one record out of reach, to save a life."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from sojourn.foundation.access import queries, sealing
from sojourn.foundation.access.models import BrokenGlass
from sojourn.foundation.access.operations.notices import raise_notice
from sojourn.foundation.access.rules import GLASS_STAYS_OPEN, CannotBreakGlass, check_reason
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.refusals import mark as _

NOTHING_FOUND: Final = _("Nobody was found under this number. Look at each digit again.")


def check_can_break(*, viewer: Viewer, reason: str) -> None:
    """Refuse without a reason in words, and roles that help nobody directly."""
    check_reason(reason, CannotBreakGlass)
    if not viewer.scope.may_break_glass:
        raise CannotBreakGlass(_("Only those who help people directly may open a record this way."))


@transaction.atomic
def break_glass(
    *, viewer: Viewer, person_id: UUID, holder: Organisation, reason: str, at: datetime
) -> BrokenGlass:
    """Open one record to the viewer for an hour. Both organisations' data-protection officers see it at once.

    Raises CannotBreakGlass without a reason in words, for roles that help nobody directly, and when the
    person withholds the record from the viewer.
    """
    check_can_break(viewer=viewer, reason=reason)
    if queries.withheld_from(viewer).filter(person_id=person_id).exists():
        raise CannotBreakGlass(NOTHING_FOUND)
    key = uuid7()
    glass = BrokenGlass.objects.create(
        id=key,
        user=viewer.user,
        person_id=person_id,
        reason_sealed=sealing.seal(
            reason.strip(), table="access_brokenglass", column="reason", row=key
        ),
        opened_at=at,
        closes_at=at + GLASS_STAYS_OPEN,
    )
    audit.record(
        what="glass.broken",
        about=glass,
        by=viewer,
        at=at,
        person_id=person_id,
        is_read=True,
        why=NoticeKind.BREAK_GLASS,
    )
    told = {holder.pk: holder, **{one.pk: one for one in viewer.organisations}}
    for organisation in told.values():
        raise_notice(
            organisation=organisation,
            kind=NoticeKind.BREAK_GLASS,
            about=f"person:{person_id}",
            by=viewer,
            at=at,
            glass=glass.pk,
        )
    return glass


def reason_of(glass: BrokenGlass) -> str:
    """Return why the glass was broken, for the data-protection officer and the person."""
    return sealing.open_sealed(
        glass.reason_sealed, table="access_brokenglass", column="reason", row=glass.pk
    )
