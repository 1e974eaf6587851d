"""Deeds of an exercise: begin it, let things happen, run its clock, take it away."""

from sojourn.procedures.exercise.operations.happening import send_due_messages, send_message
from sojourn.procedures.exercise.operations.playing import (
    Turn,
    hand_out_phones,
    play,
    take_turn,
)
from sojourn.procedures.exercise.operations.starting import (
    reset_exercise,
    set_speed,
    start_exercise,
)
from sojourn.procedures.exercise.operations.sweeping import CannotReset
from sojourn.procedures.exercise.rules import CannotStart

__all__ = [
    "CannotReset",
    "CannotStart",
    "Turn",
    "hand_out_phones",
    "play",
    "reset_exercise",
    "send_due_messages",
    "send_message",
    "set_speed",
    "start_exercise",
    "take_turn",
]
