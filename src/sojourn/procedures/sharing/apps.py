"""Django's handle on sharing."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """Deeds and pages only; the facts belong to access and referral."""

    name = "sojourn.procedures.sharing"
    label = "sharing"
