"""Questions about exercises. Only duty officers of an organisation of the exercise see and steer it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.terms import JobState
from sojourn.foundation.organisations.terms import Role
from sojourn.procedures.exercise.models import Exercise, PlannedAnswer

STARTING = "exercise:start"


def exercises(*, viewer: Viewer) -> QuerySet[Exercise]:
    """Return the exercise that the viewer plays, as a set of none or one."""
    seats = [
        membership.organisation_id
        for membership in viewer.memberships
        if membership.role == Role.DUTY_OFFICER
    ]
    mine = Q(lead_id__in=seats) | Q(begun_by=viewer.user)
    return Exercise.objects.filter(mine).select_related("crisis", "lead")


def is_any_under_way() -> bool:
    """Return whether an exercise is under way, whoever plays it."""
    return Exercise.objects.exists()


def start_job() -> Job | None:
    """Return the last asked-for start: waiting, running or failed; None when it is done or was never asked."""
    job = Job.objects.filter(unique_key=STARTING).order_by("-enqueued_at").first()
    return None if job is None or job.state == JobState.DONE else job


def answers_to_come(exercise: Exercise) -> int:
    """Return how many answers the people of an exercise have still to give."""
    return PlannedAnswer.objects.filter(exercise=exercise, given_at__isnull=True).count()


def answers_due(exercise: Exercise, *, at: datetime, limit: int) -> QuerySet[PlannedAnswer]:
    """Return the answers whose moment has come, the earliest first."""
    return (
        PlannedAnswer.objects.filter(exercise=exercise, given_at__isnull=True, due_at__lte=at)
        .select_related("stand_in")
        .order_by("due_at", "id")[:limit]
    )
