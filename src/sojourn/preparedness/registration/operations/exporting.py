"""Note what leaves the house."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation


@transaction.atomic
def note_export(
    *, organisation: Organisation | None, people: Iterable[UUID], by: Actor, at: datetime
) -> None:
    """Record that the register was handed out, to whom, and how many people it held."""
    audit.record_export(what="register.exported", about=organisation, people=people, by=by, at=at)
