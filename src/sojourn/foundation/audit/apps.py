"""Django's handle on the app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit events and their hash chain."""

    name = "sojourn.foundation.audit"
    label = "audit"
