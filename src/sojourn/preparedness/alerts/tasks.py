"""Calls for the worker."""

from django.utils.timezone import now

from sojourn.foundation.jobs.tasks import task
from sojourn.preparedness.alerts import operations


@task(most_tries=1)
def poll_feeds() -> int:
    """Ask every feed that is due."""
    return operations.poll_due_feeds(at=now())
