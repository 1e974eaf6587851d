"""From what was said to facts, from a priority to its clock, and from a clock that ran out to whom it reaches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sojourn.methods.priority import Facts, Kind, Need, Severity, Sign, signs_of_ages

CLASS_DUE_MIN: Final[Mapping[int, int]] = {1: 60, 2: 360, 3: 1440, 4: 4320}


@dataclass(frozen=True, slots=True)
class Said:
    """One need with what was said beside it; values of `methods.priority`."""

    kind: str
    severity: str = "unknown"
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Ages in the household, in whole years; None where not known. The own age comes first."""

    own: int | None
    others: tuple[int | None, ...] = ()


def facts_of(
    said: Iterable[Said], *, ages: Held, waiting: timedelta, has_words_of_danger: bool
) -> Facts:
    """Return what the rule table may look at."""
    said = list(said)
    signs = {Sign(sign) for one in said for sign in one.signs}
    signs |= signs_of_ages(own=ages.own, household=ages.others)
    if has_words_of_danger:
        signs.add(Sign.WORDS_OF_DANGER)
    return Facts(
        needs=frozenset(Need(Kind(one.kind), Severity(one.severity)) for one in said),
        signs=frozenset(signs),
        waiting_h=max(0.0, waiting.total_seconds() / 3600),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A priority that holds, and when its clock runs out."""

    priority: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Clocked:
    """A priority as the rules, or an officer, gave it now."""

    priority: int
    due_min: int


def clock_of(
    new: Clocked,
    *,
    before: Standing | None,
    since: datetime,
    at: datetime,
    is_restart: bool = False,
) -> datetime:
    """Return when somebody must have acted.

    A graver priority never lengthens a clock that runs. A lesser one counts from the beginning of the wait. After
    somebody acted the clock starts anew.
    """
    fresh = at + timedelta(minutes=new.due_min)
    if before is None or is_restart:
        return fresh
    if new.priority <= before.priority:
        return min(before.due_at, fresh)
    return max(before.due_at, since + timedelta(minutes=new.due_min))


def next_level(*, level: int, has_post: bool, overdue: timedelta, again_after: timedelta) -> int:
    """Return whom a clock that ran out reaches: 1 the post, 2 the duty officer; `level` when nobody new."""
    if level == 0:
        return 1 if has_post else 2
    return 2 if overdue >= again_after else level
