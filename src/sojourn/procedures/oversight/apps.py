"""Django's handle on oversight."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """What was read, counted by user and hour."""

    name = "sojourn.procedures.oversight"
    label = "oversight"
