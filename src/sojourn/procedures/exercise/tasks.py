"""Calls for the worker: prepare an exercise, one step a call, so that other work comes in between."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from sojourn.foundation.jobs.tasks import task
from sojourn.foundation.organisations.models import User
from sojourn.procedures.exercise import operations, queries
from sojourn.procedures.exercise.models import Exercise
from sojourn.procedures.exercise.phones import CannotReach, LoopbackPhones


@transaction.atomic
def begin(*, scenario: str, people: int, seed: int, speed: float, by: User) -> Exercise:
    """Write an exercise down and ask the worker to prepare it. Raises CannotStart."""
    exercise = operations.begin_exercise(
        scenario=scenario, people=people, seed=seed, speed=speed, by=by, at=now()
    )
    go_on(exercise)
    return exercise


def go_on(exercise: Exercise) -> None:
    """Ask the worker for the next step of a preparation. Safe to repeat: each is asked for once."""
    key = f"exercise:{exercise.pk}:{exercise.step}:{exercise.parts_done}"
    prepare.using(unique_key=key).enqueue(str(exercise.pk))


@task()
def prepare(exercise_id: str) -> str:
    """Take the next step of a preparation and ask for the one after it; return which step that is."""
    exercise = queries.under_way(UUID(exercise_id))
    if exercise is not None and queries.is_at_its_beginning(exercise):
        _hand_out_phones(exercise)
    exercise = operations.take_step(exercise_id=UUID(exercise_id), at=now())
    if exercise is None:
        return "gone"
    if not exercise.is_prepared:
        go_on(exercise)
    return exercise.step


def _hand_out_phones(exercise: Exercise) -> None:
    """Let the phones of the last exercise forget. Without the built-in operator all phones are alive."""
    with suppress(CannotReach):
        phones = LoopbackPhones(settings.LOOPBACK_PORT)
        operations.hand_out_phones(phones, people=exercise.people)
