"""Deeds on exposure."""

from sojourn.response.exposure.operations.findings import Question
from sojourn.response.exposure.operations.places import move_person, place_people
from sojourn.response.exposure.operations.runs import CannotRun, note_export, run_exposure
from sojourn.response.exposure.operations.stocks import StockFigure, enter_stocks

__all__ = [
    "CannotRun",
    "Question",
    "StockFigure",
    "enter_stocks",
    "move_person",
    "note_export",
    "place_people",
    "run_exposure",
]
