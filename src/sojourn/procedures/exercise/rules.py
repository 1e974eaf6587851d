"""Decisions of an exercise on plain values: how fast, how many people, how far it is prepared, how it scores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _
from sojourn.procedures.exercise.terms import Step

SPEEDS: Final = (1, 10, 60, 300, 600)
MOST_PEOPLE: Final = 20_000
FEWEST_PEOPLE: Final = 10
STRANGER: Final = "+12025550199"

# How long each step of a preparation takes beside the others, as measured; the sum is 100.
WEIGHTS: Final[Mapping[Step, int]] = {
    Step.ORGANISATIONS: 4,
    Step.PEOPLE: 52,
    Step.EQUIPMENT: 3,
    Step.ALERT: 1,
    Step.CASES: 20,
    Step.MESSAGES: 20,
    Step.READY: 0,
}


class CannotStart(Refusal):
    """The exercise cannot be started so; the message says why."""


def check_can_start(*, people: int, is_running: bool) -> None:
    """Refuse a second exercise beside one, and a population that is none or too large."""
    if is_running:
        raise CannotStart(_("An exercise is under way. Reset it before another one begins."))
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
        raise CannotStart(
            _("Choose between %(fewest)s and %(most)s people."),
            fewest=FEWEST_PEOPLE,
            most=f"{MOST_PEOPLE:,}",
        )


def check_speed(speed: float) -> None:
    """Refuse a clock that would run backwards or faster than the people can answer."""
    if not 0 <= speed <= max(SPEEDS):
        raise CannotStart(_("The speed is between 0 (paused) and %(most)s."), most=max(SPEEDS))


def step_after(step: Step, *, done: int, parts: int) -> tuple[Step, int]:
    """Return which step comes, and how many of its parts are done, after one more part of this step."""
    if done + 1 < parts or step == Step.READY:
        return step, done + 1
    steps = list(Step)
    return steps[steps.index(step) + 1], 0


def share_prepared(step: Step, *, done: int, parts: int) -> float:
    """Return how much of the preparation is done, 0 to 1, with `done` of the `parts` of a step."""
    before = sum(weight for one, weight in WEIGHTS.items() if _is_before(one, step))
    return (before + WEIGHTS[step] * min(done, parts) / max(parts, 1)) / 100


def _is_before(one: Step, other: Step) -> bool:
    steps = list(Step)
    return steps.index(one) < steps.index(other)


def is_dead(number: str) -> bool:
    """Return whether a telephone is lost or broken: what is sent to it never arrives. About one in thirty."""
    return int(number.removeprefix("+")) % 31 == 7


def is_dead_address(address: str) -> bool:
    """Return whether a telephone number or e-mail address reaches nobody."""
    return address.startswith("+") and is_dead(address)


def stranger_of(number: str) -> str:
    """Return a number that is on no list: the last fictional line of the same area."""
    return f"{number[:10]}99" if number.startswith("+1") else STRANGER


@dataclass(frozen=True, slots=True)
class Judged:
    """One person whom a message was meant for: what is true, and what the board says."""

    is_safe: bool
    standing: str  # unaccounted, safe, in_need
    messaged_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Score:
    """How the board compares with the truth. Times in minutes; the median is None when nobody answered."""

    true_safe: int
    false_safe: int
    true_help: int
    false_help: int
    median_answer_min: float | None


def score_of(people: Iterable[Judged]) -> Score:
    """Return how many the board calls safe and in need rightly and wrongly, and the median time to answer."""
    known = list(people)
    waits = [
        (one.answered_at - one.messaged_at).total_seconds() / 60
        for one in known
        if one.answered_at is not None and one.messaged_at is not None
    ]
    safe = [one.is_safe for one in known if one.standing == "safe"]
    in_need = [one.is_safe for one in known if one.standing == "in_need"]
    return Score(
        true_safe=sum(safe),
        false_safe=len(safe) - sum(safe),
        true_help=len(in_need) - sum(in_need),
        false_help=sum(in_need),
        median_answer_min=round(median(waits), 1) if waits else None,
    )
