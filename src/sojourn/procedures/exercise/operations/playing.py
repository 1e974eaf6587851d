"""One turn of an exercise: what is due happens, messages are read, answers are given."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import transaction

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.rules import Clock
from sojourn.foundation.organisations.models import User
from sojourn.procedures.exercise import rules
from sojourn.procedures.exercise.models import Exercise
from sojourn.procedures.exercise.operations.acting import answer, hear
from sojourn.procedures.exercise.operations.happening import send_due_messages
from sojourn.procedures.exercise.phones import CannotReach, LoopbackPhones, Phones
from sojourn.procedures.exercise.population.phones import numbers
from sojourn.procedures.exercise.terms import Step


@dataclass(frozen=True, slots=True)
class Turn:
    """How much happened in one turn."""

    alerts: int = 0
    heard: int = 0
    answered: int = 0


def hand_out_phones(phones: Phones, *, people: int) -> None:
    """Clear the phones of the last exercise, and let those be dead which are. Before the first message."""
    phones.clear()
    phones.switch_off(number for number in islice(numbers(), people) if rules.is_dead(number))


def take_turn(*, exercise: Exercise, phones: Phones, at: datetime, real: datetime) -> Turn:
    """Do all that is due at a moment of the exercise. Safe to repeat."""
    alerts = send_due_messages(exercise=exercise, at=at, real=real)
    heard = hear(exercise=exercise, phones=phones, at=at)
    return Turn(alerts, heard, answer(exercise=exercise, phones=phones, at=at))


@transaction.atomic
def set_speed(*, exercise: Exercise, speed: float, by: User, at: datetime) -> None:
    """Let the clock of an exercise run, faster or slower, or stand still (0). `at` is the real moment.

    While it is being prepared the clock stands; it will run at this speed.
    """
    rules.check_speed(speed)
    Exercise.objects.filter(pk=exercise.pk).update(speed=speed)
    crisis = exercise.crisis
    if crisis is None or not exercise.is_prepared:
        return
    crisis.refresh_from_db()
    caseload.set_clock(
        crisis=crisis, clock=Clock(at, crisis.clock.at(at), speed), by=by, at=crisis.clock.at(at)
    )


def play(*, at: datetime) -> Turn:
    """Let the exercise that is under way go on, if its clock runs. For the worker; `at` is the real moment."""
    exercise = (
        Exercise.objects.select_related("crisis", "lead")
        .filter(step=Step.READY, ended_at__isnull=True)
        .filter(crisis__isnull=False, crisis__closed_at__isnull=True, crisis__clock_speed__gt=0)
        .first()
    )
    if exercise is None or exercise.crisis is None:
        return Turn()
    phones = LoopbackPhones(settings.LOOPBACK_PORT)
    try:
        return take_turn(exercise=exercise, phones=phones, at=exercise.crisis.clock.at(at), real=at)
    except CannotReach:
        return (
            Turn()
        )  # the operator starts with the site, perhaps a moment later; the next turn asks again
