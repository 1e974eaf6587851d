"""Django's handle on the app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons and households."""

    name = "sojourn.foundation.people"
    label = "people"
