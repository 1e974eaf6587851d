"""Calls for the worker."""

from django.utils.timezone import now

from sojourn.foundation.jobs.tasks import task
from sojourn.procedures.alert_to_outreach import operations


@task(most_tries=1)
def follow_events() -> int:
    """Bring open crises up to date with their events."""
    return operations.follow_events(at=now())
