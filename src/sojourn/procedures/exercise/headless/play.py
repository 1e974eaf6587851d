"""Plays one exercise from beginning to end in the place that the settings name, and returns its outcome."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.models import Pending
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import User
from sojourn.procedures.exercise import queries
from sojourn.procedures.exercise.headless.drive import Drive
from sojourn.procedures.exercise.headless.officer import Officer
from sojourn.procedures.exercise.headless.outcome import outcome_of
from sojourn.procedures.exercise.models import Exercise
from sojourn.procedures.exercise.operations import (
    begin_exercise,
    hand_out_phones,
    reset_exercise,
    take_step,
)
from sojourn.procedures.exercise.operations.staffing import DIRECTOR
from sojourn.procedures.exercise.phones import LoopbackPhones
from sojourn.procedures.exercise.terms import Step

PLAYER = "exercise-player"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be played, and for how many hours of the exercise."""

    scenario: str
    people: int
    seed: int
    hours: float


def play_through(order: Order, *, tell: Callable[[float, str], None]) -> dict[str, Any]:
    """Play an exercise on the real path, take it away again, and return the outcome."""
    begun = time.monotonic()
    phones = LoopbackPhones(settings.LOOPBACK_PORT)
    hand_out_phones(phones, people=order.people)
    player = _player()
    exercise = _prepare(order, player, tell)
    crisis = exercise.crisis
    if crisis is None:
        raise RuntimeError("the first alert opened no crisis")
    started = time.monotonic()
    officer = Officer(exercise, crisis, player)
    Drive(exercise, crisis, phones, officer).run(hours=order.hours, tell=tell)
    while Pending.objects.exists():
        audit.seal()
    outcome = outcome_of(exercise, crisis, phones)
    outcome["staff"] = {
        "called": officer.called,
        "referred": officer.referred,
        "closed": officer.closed,
    }
    outcome["hours"] = order.hours
    outcome["run"] = {  # of this run on this machine; all above is the same for the same seed
        "seconds_to_start": round(started - begun, 1),
        "seconds": round(time.monotonic() - begun, 1),
    }
    reset_exercise(exercise_id=exercise.pk, by=player, at=now())
    return outcome


def _prepare(order: Order, player: User, tell: Callable[[float, str], None]) -> Exercise:
    exercise: Exercise | None = begin_exercise(
        scenario=order.scenario,
        people=order.people,
        seed=order.seed,
        speed=0,
        by=player,
        at=now(),
    )
    while exercise is not None and not exercise.is_prepared:
        tell(0.0, f"{Step(exercise.step).label}, {queries.share_prepared(exercise):.0%}")
        exercise = take_step(exercise_id=exercise.pk, at=now())
    if exercise is None:
        raise RuntimeError("the exercise was taken away while it was prepared")
    return exercise


def _player() -> User:
    """Return the user that plays; nobody can sign in as them."""
    known = User.objects.filter(username=PLAYER).first()
    return known or organisations.add_user(
        username=PLAYER, password=None, display_name="Exercise", by=DIRECTOR, at=now()
    )
