"""Django's handle on the app."""

from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    """Crises, cases and their steps."""

    name = "sojourn.foundation.caseload"
    label = "caseload"
