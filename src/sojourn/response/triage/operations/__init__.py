"""Deeds of triage. All are safe to repeat, audited in their own transaction, and take the moment as an argument."""

from sojourn.response.triage.operations.casework import (
    act,
    add_note,
    add_task,
    close_case,
    finish_task,
    reopen_case,
    reopen_task,
)
from sojourn.response.triage.operations.clocks import escalate, escalate_crisis
from sojourn.response.triage.operations.holding import assign, assign_many, release, take_next
from sojourn.response.triage.operations.needs import (
    confirm_needs,
    meet_need,
    report_needs,
    triage_reply,
    unmeet_need,
)
from sojourn.response.triage.operations.overruling import end_overrule, overrule
from sojourn.response.triage.operations.walk_in import Companion, WalkIn, take_walk_in
from sojourn.response.triage.rules import CannotAssign, CannotTriage, Said

__all__ = [
    "CannotAssign",
    "CannotTriage",
    "Companion",
    "Said",
    "WalkIn",
    "act",
    "add_note",
    "add_task",
    "assign",
    "assign_many",
    "close_case",
    "confirm_needs",
    "end_overrule",
    "escalate",
    "escalate_crisis",
    "finish_task",
    "meet_need",
    "overrule",
    "release",
    "reopen_case",
    "reopen_task",
    "report_needs",
    "take_next",
    "take_walk_in",
    "triage_reply",
    "unmeet_need",
]
