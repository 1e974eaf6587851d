"""Django's handle on the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Sessions, second factors, second passwords, approvals and lock-downs."""

    name = "sojourn.foundation.accounts"
    label = "accounts"
