"""Let a crisis keep up with an event."""

from datetime import datetime

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload.models import Crisis
from sojourn.preparedness.alerts.models import Event, Following, Footprint


@transaction.atomic
def follow_event(*, crisis: Crisis, event: Event, by: Actor, at: datetime) -> Following:
    """Let a crisis keep up with what is said about an event. Safe to repeat."""
    following, is_new = Following.objects.get_or_create(
        crisis=crisis, event=event, defaults={"begun_at": at}
    )
    if is_new:
        audit.record(what="crisis.follows_event", about=crisis, by=by, at=at, event=event.pk)
    return following


def note_applied(*, following: Following, footprint: Footprint) -> None:
    """Note with which footprint the cases of the crisis were found. Safe to repeat."""
    Following.objects.filter(pk=following.pk).update(applied=footprint)
