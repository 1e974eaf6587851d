"""Drives the clock of an exercise by steps, as fast as outbox, gateway and inbox can follow."""

import time
from collections.abc import Callable, Iterator
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
LOOK_S: Final = 0.05
REPORTS_S: Final = 3.0


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
    unreported: int = 0

    def run(self, *, hours: float, tell: Callable[[float, str], None]) -> None:
        """Play from the first alert for so many hours of the exercise. Raises CannotFinish."""
        begun_at = self.crisis.clock.at(now())
        minutes_before = 0.0
        for minutes in steps(hours * 60):
            at = begun_at + timedelta(minutes=minutes)
            self._set_clock(at)
            self._turn(at)
            self.officer.work(minutes=minutes - minutes_before, at=at, real=now())
            minutes_before = minutes
            tell(minutes / (hours * 60), f"{at:%d %B %H:%M} UTC, {self.answers_given} answers")
        self._settle()

    def _turn(self, at: datetime) -> None:
        """Let everything that is due happen, and wait until it has gone through."""
        self._settle()
        turn = take_turn(exercise=self.exercise, phones=self.phones, at=at, real=now())
        self.answers_given += turn.answered
        if turn.alerts or turn.answered:
            self._settle(answered=self.answers_given)

    def _set_clock(self, at: datetime) -> None:
        """Let the clock stand at a moment: nothing but the drive moves it."""
        clock = Clock(now(), at, 0.0)
        caseload.set_clock(crisis=self.crisis, clock=clock, by=DIRECTOR, at=at)
        self.crisis.clock_started_at, self.crisis.clock_shows_at = clock.started_at, at

    def _settle(self, *, answered: int = 0) -> None:
        """Wait until outbox and inbox are empty, and all answers given so far have come in."""
        deadline = time.monotonic() + PATIENCE_S
        while waits_for := self._waits_for(answered):
            if time.monotonic() > deadline:
                raise CannotFinish(f"Nothing moves any more: {waits_for}.")
            time.sleep(LOOK_S)
        self._wait_for_reports()

    def _wait_for_reports(self) -> None:
        """Wait for reports of delivery as long as they keep coming; networks owe none."""
        sent = Message.objects.filter(
            crisis=self.crisis, state=MessageState.SENT, channel=Channel.SMS
        )
        left, since = sent.count(), time.monotonic()
        while left > self.unreported and time.monotonic() < since + REPORTS_S:
            time.sleep(LOOK_S)
            if (now_left := sent.count()) < left:
                left, since = now_left, time.monotonic()
        self.unreported = left

    def _waits_for(self, answered: int) -> str:
        """Return in words what has not come to an end yet; nothing when all is quiet."""
        waits = {
            "messages wait to be sent": Dispatch.objects.filter(message__crisis=self.crisis),
            "replies wait to be read": Inbound.objects.filter(processed_at__isnull=True),
            "cases wait to be told": News.objects.all(),
            "changes wait to be counted": TallyDelta.objects.all(),
        }
        for words, rows in waits.items():
            if (left := rows.count()) > 0:
                return f"{left} {words}"
        missing = self._written() - Inbound.objects.count() if answered else 0
        return f"{missing} replies are on their way" if missing > 0 else ""

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
