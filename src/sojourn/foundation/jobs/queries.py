"""Questions about jobs."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, QuerySet

from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.terms import JobState


def counts() -> Mapping[JobState, int]:
    """Return how many jobs stand in each state."""
    rows = Job.objects.order_by().values_list("state").annotate(number=Count("pk"))
    found = {JobState(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in JobState}


def set_aside() -> QuerySet[Job]:
    """Return the jobs that failed for good and wait for a person, newest first."""
    return Job.objects.filter(state=JobState.FAILED).order_by("-finished_at", "-id")


def overdue(*, before: datetime) -> QuerySet[Job]:
    """Return jobs that were due before a moment and that nobody has begun."""
    return Job.objects.filter(state=JobState.READY, run_after__lt=before)


def is_due(*, at: datetime) -> bool:
    """Return whether any job waits. A look takes no write lock."""
    return Job.objects.filter(state=JobState.READY, run_after__lte=at).exists()


def failed_for_good(keys: Collection[str]) -> frozenset[str]:
    """Return those of some unique keys whose job was set aside and is not tried again at present."""
    named = Job.objects.filter(unique_key__in=keys)
    is_open = named.filter(state__in=[JobState.READY, JobState.RUNNING])
    idle = set(keys) - set(is_open.values_list("unique_key", flat=True))
    if not idle:
        return frozenset()
    failed = Job.objects.filter(state=JobState.FAILED, unique_key__in=idle)
    return frozenset(failed.values_list("unique_key", flat=True))
