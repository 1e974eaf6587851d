"""Deeds of the audit trail: append an event, seal what waits."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import models, transaction

from sojourn.foundation.audit import rules
from sojourn.foundation.audit.models import AuditEvent, Pending, Seal
from sojourn.foundation.audit.queries import canonical_of
from sojourn.foundation.audit.terms import Actor


def record(
    *,
    what: str,
    about: models.Model | None,
    by: Actor,
    at: datetime,
    person_id: UUID | None = None,
    is_read: bool = False,
    **keys: object,
) -> AuditEvent:
    """Append one event to the deed's own transaction. If it cannot be written, the deed fails.

    `keys` are identifiers, counts and codes; names and free text are not for the audit trail.
    """
    event = AuditEvent(
        what=what,
        about=_key_of(about),
        by=by.audit_key,
        at=at,
        keys={name: rules.plain(value) for name, value in keys.items()},
        person_id=person_id,
        is_read=is_read,
    )
    with transaction.atomic():
        event.save(force_insert=True)
        Pending.objects.create(event=event)
    return event


@transaction.atomic
def seal(*, limit: int = 5_000) -> int:
    """Seal the events that wait, oldest first, and return how many. One sealer at a time; safe to repeat."""
    waiting = list(
        Pending.objects.select_for_update(of=("self",))
        .select_related("event")
        .order_by("id")[:limit]
    )
    head = Seal.objects.order_by("-number").first()
    previous = bytes(head.hash) if head else rules.GENESIS
    number = head.number if head else 0
    already = set(
        Seal.objects.filter(event_id__in=[wait.event_id for wait in waiting]).values_list(
            "event_id", flat=True
        )
    )
    seals = []
    for wait in waiting:
        if wait.event_id in already:
            continue
        number += 1
        previous = rules.link(previous, number, canonical_of(wait.event))
        seals.append(Seal(number=number, event_id=wait.event_id, hash=previous))
    Seal.objects.bulk_create(seals)
    Pending.objects.filter(pk__in=[wait.pk for wait in waiting]).delete()
    return len(seals)


def _key_of(about: models.Model | None) -> str:
    if about is None:
        return ""
    return f"{cast(str, about._meta.model_name)}:{about.pk}"
