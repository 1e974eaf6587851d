"""The procedure as an app: it has pages, no tables."""

from django.apps import AppConfig


class LockDownConfig(AppConfig):
    """Closes an office that is overrun."""

    name = "sojourn.procedures.lock_down"
    label = "lock_down"
