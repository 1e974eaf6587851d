"""Django's handle on the situation report."""

from django.apps import AppConfig


class SituationConfig(AppConfig):
    """Situation reports."""

    name = "sojourn.reporting.situation"
    label = "situation"
