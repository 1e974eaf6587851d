"""Django's handle on the app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background work on the same database."""

    name = "sojourn.foundation.jobs"
    label = "jobs"
