"""The words of referral."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a referral stands."""

    OFFERED = "offered", _("Offered")
    CONSENTED = "consented", _("Consented")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    SERVED = "served", _("Served")
    CLOSED = "closed", _("Closed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Consent(TextChoices):
    """How a person agreed to a referral, or why it was made without."""

    NONE = "", _("Not asked yet")
    SPOKEN = "spoken", _("The person said so")
    SIGNED = "signed", _("The person signed")
    CARER = "carer", _("A parent or carer said so")
    VITAL_INTEREST = "vital_interest", _("Vital interest, without consent")


class ServiceKind(TextChoices):
    """What a service helps with: the kinds of need of triage."""

    MEDICAL = "medical", _("Medical")
    PROTECTION = "protection", _("Protection")
    CHILD = "child", _("Child protection")
    DOCUMENTS = "documents", _("Documents")
    SHELTER = "shelter", _("Shelter")
    FOOD_AND_WATER = "food_and_water", _("Food and water")
    TRANSPORT = "transport", _("Transport")
    INFORMATION = "information", _("Information")
    ASYLUM = "asylum", _("Asylum and statelessness")


class ServiceStatus(TextChoices):
    """Whether a service takes people now."""

    ACTIVE = "active", _("Takes people")
    FULL = "full", _("Full for now")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")
