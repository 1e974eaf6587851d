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


class NoticeKind(TextChoices):
    """What the data-protection officer is told of."""

    BREAK_GLASS = "break_glass", _("Emergency access to a record")
    MASS_READING = "mass_reading", _("Many records read in a short time")
    OUT_OF_AREA = "out_of_area", _("Records of another area read")
    AT_NIGHT = "at_night", _("Records read at night")
    REFUSALS = "refusals", _("Many attempts to open what is not theirs")
    DURESS = "duress", _("A second password was used")
    LOCK_DOWN = "lock_down", _("An office was locked down")
    CHAIN_BENT = "chain_bent", _("The audit trail was changed")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consent withdrawn while a partner was helping")
