"""Django's handle on the person's page."""

from django.apps import AppConfig


class SelfServiceConfig(AppConfig):
    """Codes that open a person's page, and wishes to be deleted."""

    name = "sojourn.procedures.self_service"
    label = "self_service"
