"""The words of access."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """Why someone looks at people's records."""

    LOCATING = "locating", _("Locating and contacting")
    ASSISTANCE = "assistance", _("Assistance")
    EVACUATION = "evacuation", _("Evacuation")
    TRACING = "tracing", _("Family tracing")
    REINTEGRATION = "reintegration", _("Reintegration")
    STATISTICS = "statistics", _("Statistics")
