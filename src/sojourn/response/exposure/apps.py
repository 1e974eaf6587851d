"""Django's handle on the app."""

from django.apps import AppConfig


class ExposureConfig(AppConfig):
    """Who is exposed."""

    name = "sojourn.response.exposure"
    label = "exposure"
