"""Django's handle on the app."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Messages out, replies in, and the conversations they make."""

    name = "sojourn.response.outreach"
    label = "outreach"
