"""Deeds on lists: bring, say what columns mean, judge, confirm, add, undo."""

from sojourn.preparedness.registration.operations.adding import add_next, confirm_import
from sojourn.preparedness.registration.operations.assigning import look_after
from sojourn.preparedness.registration.operations.bringing import (
    Brought,
    bring_list,
    judge_row,
    map_columns,
)
from sojourn.preparedness.registration.operations.exporting import note_export
from sojourn.preparedness.registration.operations.undoing import Undone, undo_import
from sojourn.preparedness.registration.rules import CannotImport

__all__ = [
    "Brought",
    "CannotImport",
    "Undone",
    "add_next",
    "bring_list",
    "confirm_import",
    "judge_row",
    "look_after",
    "map_columns",
    "note_export",
    "undo_import",
]
