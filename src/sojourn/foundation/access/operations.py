"""Deeds of access: give and end a grant."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from sojourn.foundation.access.models import Grant
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation


@transaction.atomic
def give_grant(
    *,
    organisation: Organisation,
    person_id: UUID,
    purpose: Purpose,
    reason: str,
    by: Actor,
    at: datetime,
    expires_at: datetime | None = None,
) -> Grant:
    """Let an organisation see a person for a purpose. Safe to repeat: one grant for one reason."""
    grant, is_new = Grant.objects.get_or_create(
        organisation=organisation,
        person_id=person_id,
        purpose=purpose,
        reason=reason,
        defaults={"starts_at": at, "expires_at": expires_at},
    )
    if is_new:
        audit.record(what="grant.given", about=grant, by=by, at=at, person_id=person_id, why=reason)
    return grant


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
