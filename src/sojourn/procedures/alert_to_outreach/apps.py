"""The procedure as an app: it has pages, no tables."""

from django.apps import AppConfig


class AlertToOutreachConfig(AppConfig):
    """Starts a crisis from an alert and keeps it up to date."""

    name = "sojourn.procedures.alert_to_outreach"
    label = "alert_to_outreach"
