"""Forget a person in everything that access keeps about her, her keys first."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from sojourn.foundation.access.models import BrokenGlass, Consent, Grant, Withholding
from sojourn.foundation.access.operations.keys import destroy_keys_of
from sojourn.foundation.audit.terms import Actor


@transaction.atomic
def forget_person(*, person_id: UUID, by: Actor, at: datetime) -> None:
    """Destroy a person's keys and what else tells of her here. Safe to repeat.

    That she consented, and to what, stays with her key alone: it is the proof that her record was used lawfully.
    """
    destroy_keys_of(person_id=person_id, by=by, at=at)
    Consent.objects.filter(person_id=person_id).update(given_by_sealed=None)
    Consent.objects.filter(person_id=person_id, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_by=by.audit_key
    )
    Grant.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at), person_id=person_id
    ).update(expires_at=at)
    Withholding.objects.filter(person_id=person_id).update(reason_sealed=None, lifted_at=at)
    BrokenGlass.objects.filter(person_id=person_id).update(reason_sealed=b"")
