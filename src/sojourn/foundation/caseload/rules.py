"""The lifecycle of a case as data, what a case counts as, and the clock of a crisis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sojourn.foundation.caseload.terms import Answer, Measure, Stage, Standing

HELP: Final = frozenset({Stage.TRIAGED, Stage.ASSISTED, Stage.EVACUATED})  # open at every stage

STEPS: Final[Mapping[Stage, frozenset[Stage]]] = {
    Stage.REGISTERED: HELP | {Stage.EXPOSED, Stage.CONTACTED, Stage.CLOSED},
    Stage.EXPOSED: HELP | {Stage.CONTACTED, Stage.CLOSED},
    Stage.CONTACTED: HELP | {Stage.CLOSED},
    Stage.TRIAGED: HELP | {Stage.CONTACTED, Stage.CLOSED},
    Stage.ASSISTED: HELP | {Stage.RETURNED, Stage.CLOSED},
    Stage.EVACUATED: HELP | {Stage.RETURNED, Stage.CLOSED},
    Stage.RETURNED: HELP | {Stage.REINTEGRATED, Stage.CLOSED},
    Stage.REINTEGRATED: HELP | {Stage.CLOSED},
    Stage.CLOSED: HELP | {Stage.CONTACTED},
}

EXPOSED_ANSWERS: Final = frozenset({Answer.INSIDE, Answer.POSSIBLE})
COUNTED_ANSWERS: Final = EXPOSED_ANSWERS | {Answer.TOO_OLD, Answer.REPORTED}


class CannotStep(Exception):
    """The case does not go from its stage to that one; the message says where it may go."""


def check_can_step(*, stage: Stage, to: Stage) -> None:
    """Refuse a step that the lifecycle does not have. To stay is never refused."""
    if to != stage and to not in STEPS[stage]:
        allowed = ", ".join(sorted(next_stage.value for next_stage in STEPS[stage]))
        raise CannotStep(f"A case that is {stage.value} cannot become {to.value}, only {allowed}.")


@dataclass(frozen=True, slots=True)
class Tallied:
    """The facts of a case that decide where it is counted."""

    answer: Answer
    standing: Standing
    is_messaged: bool
    is_reached: bool


def measures_of(case: Tallied) -> frozenset[Measure]:
    """Return all that a case counts as.

    Those who are near or no longer inside are not unaccounted for; whoever said they are safe or in need counts.
    """
    measures: set[Measure] = set()
    if case.answer in EXPOSED_ANSWERS:
        measures.add(Measure.EXPOSED)
    elif case.answer == Answer.NEAR:
        measures.add(Measure.NEAR)
    elif case.answer == Answer.TOO_OLD:
        measures.add(Measure.TOO_OLD)
    if case.is_messaged:
        measures.add(Measure.MESSAGED)
    if case.is_reached:
        measures.add(Measure.REACHED)
    if case.standing != Standing.UNACCOUNTED:
        measures.add(Measure(case.standing.value))
    elif case.answer in COUNTED_ANSWERS:
        measures.add(Measure.UNACCOUNTED)
    return frozenset(measures)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time in a crisis: the world's, or in an exercise one that may pause or run fast.

    It showed `shows_at` at the real moment `started_at` and runs `speed` times as fast (0: paused).
    """

    started_at: datetime | None
    shows_at: datetime | None
    speed: float

    def at(self, real: datetime) -> datetime:
        """Return the time in the crisis at a real moment."""
        if self.started_at is None or self.shows_at is None:
            return real
        return self.shows_at + (real - self.started_at) * self.speed


WORLD_CLOCK: Final = Clock(None, None, 1.0)
