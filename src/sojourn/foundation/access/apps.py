"""Django's handle on the app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Viewers, grants and sealing."""

    name = "sojourn.foundation.access"
    label = "access"
