"""Deeds of an exercise: begin and prepare it, let things happen, run its clock, take it away."""

from sojourn.procedures.exercise.operations.ending import reset_exercise
from sojourn.procedures.exercise.operations.happening import send_due_messages
from sojourn.procedures.exercise.operations.playing import (
    Turn,
    hand_out_phones,
    play,
    set_speed,
    take_turn,
)
from sojourn.procedures.exercise.operations.preparing import (
    begin_exercise,
    start_exercise,
    take_step,
)
from sojourn.procedures.exercise.operations.sweeping import CannotReset
from sojourn.procedures.exercise.rules import CannotStart

__all__ = [
    "CannotReset",
    "CannotStart",
    "Turn",
    "begin_exercise",
    "hand_out_phones",
    "play",
    "reset_exercise",
    "send_due_messages",
    "set_speed",
    "start_exercise",
    "take_step",
    "take_turn",
]
