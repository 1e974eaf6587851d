"""Questions about single events."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sojourn.foundation.audit.models import AuditEvent


def events_about(person_id: UUID) -> QuerySet[AuditEvent]:
    """Return all that was done with or read of one person's record, newest first."""
    return AuditEvent.objects.filter(person_id=person_id).order_by("-at", "-id")


def lists_with(person_id: UUID) -> QuerySet[AuditEvent]:
    """Return the readings of lists that a person was in, newest first."""
    return AuditEvent.objects.filter(listed__person_id=person_id).order_by("-at", "-id")


def files_about(about: str, *, since: datetime) -> QuerySet[AuditEvent]:
    """Return the files that were taken away of what an audit key stands for, newest first."""
    files = AuditEvent.objects.filter(about=about, what__endswith=".exported", is_read=True)
    return files.filter(at__gte=since).order_by("-at", "-id")


def reads_of(person_id: UUID) -> QuerySet[AuditEvent]:
    """Return who read one person's record, newest first."""
    return events_about(person_id).filter(is_read=True)
