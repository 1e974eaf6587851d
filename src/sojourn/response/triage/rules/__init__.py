"""Decisions of triage on plain values: priorities, clocks, refusals, and words that suggest a need."""

from sojourn.response.triage.rules.deeds import (
    CannotAssign,
    CannotTriage,
    check_can_assign,
    check_can_close,
    check_can_overrule,
    check_is_somebody,
    standing_after,
)
from sojourn.response.triage.rules.priorities import (
    CLASS_DUE_MIN,
    Clocked,
    Held,
    Said,
    Standing,
    clock_of,
    facts_of,
    next_level,
)
from sojourn.response.triage.rules.suggestions import Suggestion, suggest_needs

__all__ = [
    "CLASS_DUE_MIN",
    "CannotAssign",
    "CannotTriage",
    "Clocked",
    "Held",
    "Said",
    "Standing",
    "Suggestion",
    "check_can_assign",
    "check_can_close",
    "check_can_overrule",
    "check_is_somebody",
    "clock_of",
    "facts_of",
    "next_level",
    "standing_after",
    "suggest_needs",
]
