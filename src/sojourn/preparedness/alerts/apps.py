"""The app of alerts."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Feeds, events, alerts and footprints."""

    name = "sojourn.preparedness.alerts"
    label = "alerts"
