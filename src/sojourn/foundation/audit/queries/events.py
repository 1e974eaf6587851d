"""Questions about single events."""

from uuid import UUID

from django.db.models import QuerySet

from sojourn.foundation.audit.models import AuditEvent


def events_about(person_id: UUID) -> QuerySet[AuditEvent]:
    """Return all that was done with or read of one person's record, newest first."""
    return AuditEvent.objects.filter(person_id=person_id).order_by("-at", "-id")


def reads_of(person_id: UUID) -> QuerySet[AuditEvent]:
    """Return who read one person's record, newest first."""
    return events_about(person_id).filter(is_read=True)
