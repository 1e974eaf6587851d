"""Drives the clock of an exercise by steps, as fast as outbox, gateway and inbox can follow."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.timezone import now

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Crisis, TallyDelta
from sojourn.foundation.caseload.rules import Clock
from sojourn.foundation.people.terms import Channel
from sojourn.procedures.exercise.headless.officer import Officer
from sojourn.procedures.exercise.models import Exercise
from sojourn.procedures.exercise.operations import take_turn
from sojourn.procedures.exercise.operations.staffing import DIRECTOR
from sojourn.procedures.exercise.phones import Phones
from sojourn.response.outreach.models import Inbound, Message
from sojourn.response.outreach.models.outbox import Dispatch, News
from sojourn.response.outreach.terms import MessageState

STEPS_MIN: Final = ((60, 4), (6 * 60, 15), (24 * 60, 60), (10_000 * 60, 180))  # until, step
PATIENCE_S: Final = 90.0
LOOK_S: Final = 0.08


class CannotFinish(Exception):
    """Messages or replies did not come through in time; the message says which."""


@dataclass(slots=True)
class Drive:
    """One exercise on its way. `tell` is told the share that is done and what happens."""

    exercise: Exercise
    crisis: Crisis
    phones: Phones
    officer: Officer
    answers_given: int = 0

    def run(self, *, hours: float, tell: Callable[[float, str], None]) -> None:
        """Play from the first alert for so many hours of the exercise. Raises CannotFinish."""
        begun_at = self.crisis.clock.at(now())
        minutes_before = 0.0
        self._wait_for(self._unsent)
        for minutes in steps(hours * 60):
            at = begun_at + timedelta(minutes=minutes)
            self._set_clock(at)
            self._turn(at)
            self.officer.work(minutes=minutes - minutes_before, at=at, real=now())
            minutes_before = minutes
            tell(minutes / (hours * 60), f"{at:%d %B %H:%M} UTC, {self.answers_given} answers")
        self._wait_for(self._unsent)
        self._wait_for(lambda: {"changes wait to be counted": TallyDelta.objects.count()})

    def _turn(self, at: datetime) -> None:
        """Let everything that is due happen, and wait until it has gone through."""
        turn = take_turn(exercise=self.exercise, phones=self.phones, at=at, real=now())
        self.answers_given += turn.answered
        if turn.answered:
            self._wait_for(self._unread)
        if turn.alerts:
            self._wait_for(self._unsent)

    def _set_clock(self, at: datetime) -> None:
        """Let the clock stand at a moment: nothing but the drive moves it."""
        clock = Clock(now(), at, 0.0)
        caseload.set_clock(crisis=self.crisis, clock=clock, by=DIRECTOR, at=at)
        self.crisis.clock_started_at, self.crisis.clock_shows_at = clock.started_at, at

    def _wait_for(self, counts: Callable[[], Mapping[str, int]]) -> None:
        """Wait until nothing is left, as long as it becomes less."""
        left, deadline = 0, time.monotonic() + PATIENCE_S
        while waits := {words: number for words, number in counts().items() if number > 0}:
            if sum(waits.values()) != left:
                left, deadline = sum(waits.values()), time.monotonic() + PATIENCE_S
            if time.monotonic() > deadline:
                words = ", ".join(f"{number} {words}" for words, number in waits.items())
                raise CannotFinish(f"Nothing moves any more: {words}.")
            time.sleep(LOOK_S)

    def _unread(self) -> Mapping[str, int]:
        """Count the answers that have not become replies yet."""
        came = Inbound.objects.filter(provider__is_exercise=True)
        return {
            "answers are on their way": self._written() - came.count(),
            "replies wait to be read": came.filter(processed_at__isnull=True).count(),
        }

    def _unsent(self) -> Mapping[str, int]:
        """Count the messages that have not come to an end, and the cases that do not know of it."""
        sent = Message.objects.filter(
            crisis=self.crisis, state=MessageState.SENT, channel=Channel.SMS
        )
        return {
            "messages wait to be sent": Dispatch.objects.filter(
                message__crisis=self.crisis
            ).count(),
            "messages wait for a report of delivery": sent.count(),
            "cases wait to be told": News.objects.filter(message__crisis=self.crisis).count(),
        }

    def _written(self) -> int:
        """Return how many answers were written so far, on telephones and not on pages."""
        return self.exercise.planned.filter(given_at__isnull=False).exclude(way="link").count()


def steps(until_min: float) -> Iterator[float]:
    """Yield the minutes at which the clock stops: close together at first, then further apart."""
    minutes = 0.0
    for until, step in STEPS_MIN:
        while minutes < min(until, until_min):
            yield minutes
            minutes += step
    yield until_min
