"""Deeds on crises and cases."""

from sojourn.foundation.caseload.operations.cases import (
    CaseChange,
    CaseFinding,
    Opened,
    change_cases,
    open_cases,
)
from sojourn.foundation.caseload.operations.crises import (
    CrisisFacts,
    close_crisis,
    open_crisis,
    set_alert_level,
    set_clock,
)
from sojourn.foundation.caseload.operations.tallies import fold_tallies, recount
from sojourn.foundation.caseload.rules import CannotStep

__all__ = [
    "CannotStep",
    "CaseChange",
    "CaseFinding",
    "CrisisFacts",
    "Opened",
    "change_cases",
    "close_crisis",
    "fold_tallies",
    "open_cases",
    "open_crisis",
    "recount",
    "set_alert_level",
    "set_clock",
]
