"""Give and end what one organisation may see of one person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from sojourn.foundation.access import queries
from sojourn.foundation.access.models import Agreement, Grant
from sojourn.foundation.access.operations.notices import raise_notice
from sojourn.foundation.access.rules import VITAL_INTEREST_LASTS, CannotShare
from sojourn.foundation.access.terms import Basis, NoticeKind, Purpose
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.refusals import mark as _


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    """What is shared: by whom with whom, one person, for what, where, on which basis and why.

    `country` is ISO 3166-1 alpha-3; `reason` the key of what gave it, such as `referral:<uuid>`.
    """

    giver: Organisation
    receiver: Organisation
    person_id: UUID
    purpose: Purpose
    country: str
    reason: str
    basis: Basis = Basis.CONSENT
    expires_at: datetime | None = None


@transaction.atomic
def give_grant(*, facts: GrantFacts, by: Actor, at: datetime) -> Grant:
    """Let an organisation see a person for a purpose. Safe to repeat: one grant for one reason.

    Raises CannotShare when no agreement is in force, and, on the basis of consent, when none stands. In
    vital interest it goes without, for 72 hours, and the data-protection officer is told.
    """
    known = Grant.objects.filter(
        organisation=facts.receiver,
        person_id=facts.person_id,
        purpose=facts.purpose,
        reason=facts.reason,
    ).first()
    if known is not None:
        return known
    agreement = queries.agreement_for(
        giver=facts.giver,
        receiver=facts.receiver,
        purpose=facts.purpose,
        country=facts.country,
        at=at,
    )
    _check(facts, agreement, at)
    grant = Grant.objects.create(
        organisation=facts.receiver,
        person_id=facts.person_id,
        purpose=facts.purpose,
        reason=facts.reason,
        basis=facts.basis,
        agreement=agreement,
        country=facts.country,
        starts_at=at,
        expires_at=_ends(facts, agreement, at),
    )
    audit.record(
        what="grant.given",
        about=grant,
        by=by,
        at=at,
        person_id=facts.person_id,
        why=facts.reason,
        basis=facts.basis,
        agreement=agreement.pk if agreement else None,
    )
    if agreement is None:
        raise_notice(
            organisation=facts.giver,
            kind=NoticeKind.VITAL_INTEREST,
            about=f"person:{facts.person_id}",
            by=by,
            at=at,
            receiver=facts.receiver.pk,
        )
    return grant


def _check(facts: GrantFacts, agreement: Agreement | None, at: datetime) -> None:
    if facts.basis == Basis.VITAL_INTEREST:
        return
    if agreement is None:
        raise CannotShare(
            _(
                "There is no agreement with %(partner)s for this, here and now, so the record stays here. "
                "Send it in vital interest if a life depends on it, or give the person the partner's address."
            ),
            partner=facts.receiver.name,
        )
    consents = queries.people_consenting(
        organisations=[facts.receiver.pk], purpose=facts.purpose, at=at
    )
    if not consents.filter(person_id=facts.person_id).exists():
        raise CannotShare(
            _("Ask the person first: no consent for %(partner)s stands."),
            partner=facts.receiver.name,
        )


def _ends(facts: GrantFacts, agreement: Agreement | None, at: datetime) -> datetime | None:
    if agreement is not None:
        return facts.expires_at
    latest = at + VITAL_INTEREST_LASTS
    return min(facts.expires_at or latest, latest)


@transaction.atomic
def end_grants(*, reason: str, by: Actor, at: datetime) -> int:
    """End all that was granted for a reason, at once. Safe to repeat; returns how many ended."""
    ended = 0
    for grant in Grant.objects.select_for_update().filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at), reason=reason
    ):
        grant.expires_at = max(at, grant.starts_at)
        grant.save(update_fields=["expires_at"])
        audit.record(
            what="grant.ended", about=grant, by=by, at=at, person_id=grant.person_id, why=reason
        )
        ended += 1
    return ended
