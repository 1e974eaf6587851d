"""Django's handle on the app."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Needs, priorities and the queue."""

    name = "sojourn.response.triage"
    label = "triage"
