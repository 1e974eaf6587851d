"""Django's handle on the app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations, offices, users and memberships."""

    name = "sojourn.foundation.organisations"
    label = "organisations"
