"""The procedure as an app: it has pages, no tables."""

from django.apps import AppConfig


class FourEyesConfig(AppConfig):
    """Carries out what two people agreed to."""

    name = "sojourn.procedures.four_eyes"
    label = "four_eyes"
