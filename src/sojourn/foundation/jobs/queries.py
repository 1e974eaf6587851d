"""Questions about jobs."""

from collections.abc import Mapping
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
