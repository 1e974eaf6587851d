"""Django's handle on registration."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    """Imports of lists and the pages of the register."""

    name = "sojourn.preparedness.registration"
    label = "registration"
