"""Questions about exercises. Only duty officers of an organisation of the exercise see and steer it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.terms import JobState
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.organisations.terms import OrganisationKind, Role
from sojourn.procedures.exercise import rules
from sojourn.procedures.exercise.models import Exercise, PlannedAnswer
from sojourn.procedures.exercise.population.households import parts_of
from sojourn.procedures.exercise.scenarios.files import scenario
from sojourn.procedures.exercise.terms import Step


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


def under_way(exercise_id: UUID) -> Exercise | None:
    """Return an exercise as it is now, unless it is gone or on its way out."""
    return (
        Exercise.objects.select_related("crisis", "lead", "begun_by")
        .filter(pk=exercise_id, ended_at__isnull=True)
        .first()
    )


def states(exercise: Exercise) -> list[Organisation]:
    """Return the States of origin of an exercise, the lead first."""
    founded = exercise.organisations.filter(kind=OrganisationKind.STATE_OF_ORIGIN)
    return list(founded.order_by("pk"))


def partners(exercise: Exercise) -> list[Organisation]:
    """Return the partners of an exercise that offer services."""
    founded = exercise.organisations.filter(kind=OrganisationKind.CIVIL_SOCIETY)
    return list(founded.order_by("pk"))


def helpers(exercise: Exercise) -> list[Organisation]:
    """Return whom people may be referred to: the partners and the host authority."""
    founded = exercise.organisations.exclude(kind=OrganisationKind.STATE_OF_ORIGIN)
    return list(founded.order_by("pk"))


def parts_of_step(exercise: Exercise) -> int:
    """Return how many parts the present step of a preparation has."""
    homes = len(scenario(exercise.scenario).homes)
    parts = {
        Step.ORGANISATIONS: homes + 1,  # and the partners with the host authority
        Step.PEOPLE: parts_of(exercise.people),
        Step.EQUIPMENT: homes,
        Step.MESSAGES: homes,
    }
    return parts.get(Step(exercise.step), 1)


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far an exercise is prepared: per cent of all; the step in words with its present part of all parts.

    `failure`: what went wrong the last time; `has_stopped`: nobody will try again by themselves.
    """

    per_cent: int
    step: str
    part: int
    parts: int
    failure: str
    has_stopped: bool


def preparation(exercise: Exercise) -> Preparation:
    """Return how far an exercise is prepared."""
    job, parts = preparation_job(exercise), parts_of_step(exercise)
    return Preparation(
        per_cent=round(100 * share_prepared(exercise)),
        step=str(Step(exercise.step).label),
        part=min(exercise.parts_done + 1, parts),
        parts=parts,
        failure=job.failure if job else "",
        has_stopped=job is None or job.state == JobState.FAILED,
    )


def share_prepared(exercise: Exercise) -> float:
    """Return how much of a preparation is done, 0 to 1."""
    return rules.share_prepared(
        Step(exercise.step), done=exercise.parts_done, parts=parts_of_step(exercise)
    )


def is_at_its_beginning(exercise: Exercise) -> bool:
    """Return whether nothing but the lead of an exercise was made yet."""
    return exercise.step == Step.ORGANISATIONS and exercise.parts_done <= 1


def preparation_job(exercise: Exercise) -> Job | None:
    """Return the newest call that prepares an exercise: waiting, running, or failed for good."""
    calls = Job.objects.filter(unique_key__startswith=f"exercise:{exercise.pk}:")
    return calls.exclude(state=JobState.DONE).order_by("-enqueued_at", "-id").first()


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
