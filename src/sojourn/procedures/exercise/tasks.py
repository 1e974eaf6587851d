"""Calls for the worker: begin an exercise, and let its people act."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.utils.timezone import now

from sojourn.foundation.jobs.tasks import task
from sojourn.foundation.organisations.models import User
from sojourn.procedures.exercise import operations
from sojourn.procedures.exercise.phones import CannotReach, LoopbackPhones


@task(most_tries=1)
def start(scenario: str, people: int, seed: int, speed: float, user_id: str) -> str:
    """Begin an exercise for a user. Without the built-in operator it begins all the same, with all phones alive."""
    with suppress(CannotReach):
        operations.hand_out_phones(LoopbackPhones(settings.LOOPBACK_PORT), people=people)
    exercise = operations.start_exercise(
        scenario=scenario,
        people=people,
        seed=seed,
        speed=speed,
        by=User.objects.get(pk=UUID(user_id)),
        at=now(),
    )
    return str(exercise.pk)
