"""Django's handle on the board."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """The board of a crisis."""

    name = "sojourn.reporting.board"
    label = "board"
