"""Deeds on sharing that reach into more than one app: what is taken back stops at once, referrals included."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.foundation.access import operations as access
from sojourn.foundation.access.models import Consent, Withholding
from sojourn.foundation.access.terms import NoticeKind, Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.models import Person
from sojourn.response.referral import operations as referrals


@transaction.atomic
def take_back(*, consent: Consent, by: Actor, at: datetime) -> int:
    """Take a yes back. Referrals that rest on it end at once, and their receiver is told; returns how many."""
    access.withdraw_consent(consent=consent, by=by, at=at)
    if consent.purpose != Purpose.ASSISTANCE:
        return 0
    return _stop(consent.person_id, consent.organisation, by=by, at=at)


@transaction.atomic
def keep_from(
    *, person: Person, party: access.Party, reason: str = "", by: Actor, at: datetime
) -> Withholding:
    """Withhold a record from a user, an office or an organisation. Raises CannotWithhold.

    Referrals to a withheld organisation end at once.
    """
    withheld = access.withhold(
        person_id=person.pk, holder=person.responsible, party=party, reason=reason, by=by, at=at
    )
    if isinstance(party, Organisation):
        _stop(person.pk, party, by=by, at=at)
    return withheld


def _stop(person_id: UUID, partner: Organisation, *, by: Actor, at: datetime) -> int:
    stopped = referrals.withdraw_all(
        person_id=person_id,
        partner=partner,
        note=_("The person took their consent back."),
        by=by,
        at=at,
    )
    if stopped:
        access.raise_notice(
            organisation=partner,
            kind=NoticeKind.CONSENT_WITHDRAWN,
            about=f"person:{person_id}",
            by=by,
            at=at,
            referrals=stopped,
        )
    return stopped


@transaction.atomic
def open_to_save_a_life(
    *, viewer: Viewer, identifier: str, reason: str, at: datetime
) -> list[Person]:
    """Open the records of those who have exactly this telephone or document number, for an hour.

    Raises CannotBreakGlass without a reason, and in the same words when there is nobody and when the
    person withholds the record from the viewer.
    """
    access.check_can_break(viewer=viewer, reason=reason)
    opened = []
    for person in people.known_by(identifier, viewer=viewer):
        try:
            access.break_glass(
                viewer=viewer,
                person_id=person.pk,
                holder=person.responsible,
                reason=reason,
                at=at,
            )
        except access.CannotBreakGlass:
            continue
        opened.append(person)
    if not opened:
        raise access.CannotBreakGlass(access.NOTHING_FOUND)
    return opened
