"""Note what leaves the house."""

from datetime import datetime

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation


@transaction.atomic
def note_export(*, organisation: Organisation | None, people: int, by: Actor, at: datetime) -> None:
    """Record that the register was handed out, to whom, and how many people it held."""
    audit.record(
        what="register.exported", about=organisation, by=by, at=at, is_read=True, people=people
    )
