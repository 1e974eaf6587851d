"""Append an event; seal what waits."""

from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db import models, transaction

from sojourn.foundation import bulk
from sojourn.foundation.audit import rules, stored
from sojourn.foundation.audit.models import AuditEvent, Pending, Seal
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.turns import turn

SEALER: Final = "seal the audit trail"


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


def seal(*, limit: int = 5_000) -> int:
    """Seal the events that wait, oldest first, and return how many. One sealer at a time; safe to repeat."""
    return _seal(limit) if Pending.objects.exists() else 0


@transaction.atomic
def _seal(limit: int) -> int:
    with turn(SEALER):
        waiting = stored.waiting(limit=limit)
        head = Seal.objects.order_by("-number").first()
        previous, number = (bytes(head.hash), head.number) if head else (rules.GENESIS, 0)
        keys = [wait.event.event_id for wait in waiting]
        already = set(Seal.objects.filter(event_id__in=keys).values_list("event_id", flat=True))
        seals = []
        for wait in waiting:
            key = UUID(wait.event.event_id)
            if key in already:
                continue
            number += 1
            previous = rules.link(previous, number, rules.canonical(wait.event))
            seals.append(Seal(number=number, event_id=key, hash=previous))
        bulk.insert(seals)
        Pending.objects.filter(pk__in=[wait.pending_id for wait in waiting]).delete()
    return len(seals)


def _key_of(about: models.Model | None) -> str:
    if about is None:
        return ""
    return f"{cast(str, about._meta.model_name)}:{about.pk}"
