"""Deeds on lists: bring, alone or many together, say what columns mean, judge, confirm, add, undo."""

from sojourn.preparedness.registration.operations.adding import add_next, confirm_import
from sojourn.preparedness.registration.operations.assigning import look_after
from sojourn.preparedness.registration.operations.bringing import Brought, bring_list, judge_row
from sojourn.preparedness.registration.operations.delivering import (
    begin_delivery,
    confirm_delivery,
    drop_delivery,
    end_archive,
    keep_file,
    read_delivered,
    take_back_file,
)
from sojourn.preparedness.registration.operations.exporting import note_export
from sojourn.preparedness.registration.operations.mapping import (
    look_again,
    map_alike,
    map_columns,
    remember_columns,
)
from sojourn.preparedness.registration.operations.placing import Told, settle_place, tell_place
from sojourn.preparedness.registration.operations.undoing import Undone, undo_import
from sojourn.preparedness.registration.rules import CannotImport, CannotSettle

__all__ = [
    "Brought",
    "CannotImport",
    "CannotSettle",
    "Told",
    "Undone",
    "add_next",
    "begin_delivery",
    "bring_list",
    "confirm_delivery",
    "confirm_import",
    "drop_delivery",
    "end_archive",
    "judge_row",
    "keep_file",
    "look_after",
    "look_again",
    "map_alike",
    "map_columns",
    "note_export",
    "read_delivered",
    "remember_columns",
    "settle_place",
    "take_back_file",
    "tell_place",
    "undo_import",
]
