"""The words of an exercise."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Step(TextChoices):
    """What is being done to prepare an exercise, in this order."""

    ORGANISATIONS = "organisations", _("Founding the organisations")
    PEOPLE = "people", _("Making the people")
    EQUIPMENT = "equipment", _("Giving each State its senders and its directory of services")
    ALERT = "alert", _("Taking in the first alert")
    CASES = "cases", _("Finding who is exposed")
    MESSAGES = "messages", _("Writing to everyone exposed")
    READY = "ready", _("Ready")
