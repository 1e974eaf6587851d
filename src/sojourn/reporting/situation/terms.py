"""The words of the situation report."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Edition(TextChoices):
    """For whom a report is."""

    SHARED = "shared", _("To share: rounded, small numbers hidden")
    INTERNAL = "internal", _("Internal: exact, for the organisation that holds the cases")
