"""Append what was read in a list or taken away as a file: one event, with how many people and which."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import models, transaction

from sojourn.foundation import bulk
from sojourn.foundation.audit.models import AuditEvent, Listed
from sojourn.foundation.audit.operations.events import record
from sojourn.foundation.audit.terms import Actor

MOST_KEYS: Final = 100
SEEN_ALREADY: Final = timedelta(hours=1)


@transaction.atomic
def record_list(
    *, what: str, people: Collection[UUID], by: Actor, at: datetime, why: str
) -> AuditEvent | None:
    """Note that these people were in a list that somebody read, each person for each reader once an hour.

    So a list that renews itself is noted when it shows somebody new. None when there is nothing to note.
    Raises ValueError for more than a page holds: that is an export.
    """
    if len(people) > MOST_KEYS:
        raise ValueError(f"{len(people)} people are no page of a list.")
    seen = Listed.objects.filter(
        person_id__in=people, by=by.audit_key, at__gt=at - SEEN_ALREADY, at__lte=at
    )
    fresh = sorted(set(people) - set(seen.values_list("person_id", flat=True)))
    if not fresh:
        return None
    event = record(
        what=what,
        about=None,
        by=by,
        at=at,
        is_read=True,
        why=why,
        count=len(fresh),
        people=fresh,
    )
    bulk.insert([Listed(event=event, person_id=person, by=by.audit_key, at=at) for person in fresh])
    return event


def record_export(
    *, what: str, about: models.Model | None, people: Iterable[UUID], by: Actor, at: datetime
) -> AuditEvent:
    """Note that a list was taken away as a file: how many people, and a digest of their keys.

    Whoever has the file can prove which one it was; from the digest alone nobody learns who was in it.
    """
    keys = sorted(people)
    digest = sha256(b"".join(key.bytes for key in keys)).hexdigest()
    return record(
        what=what, about=about, by=by, at=at, is_read=True, people=len(keys), digest=digest
    )
