"""The words of alerts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Signature(TextChoices):
    """What checking the signature of a message came to."""

    VALID = "valid", _("Signature valid")
    INVALID = "invalid", _("Signature invalid: changed after signing")
    UNSIGNED = "unsigned", _("Not signed")
    CANNOT_BE_CHECKED = "cannot be checked", _("Signature cannot be checked")


class Severity(TextChoices):
    """How bad the source says it is (CAP 1.2), mildest first after not knowing."""

    UNKNOWN = "Unknown", _("Severity unknown")
    MINOR = "Minor", _("Minor")
    MODERATE = "Moderate", _("Moderate")
    SEVERE = "Severe", _("Severe")
    EXTREME = "Extreme", _("Extreme")


class Force(TextChoices):
    """Whether a message still counts."""

    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")
    REPLACED = "replaced", _("Replaced by a newer message")
    RECALLED = "recalled", _("Recalled by its sender")
    NOTICE = "notice", _("Takes back an earlier message")


class FootprintSource(TextChoices):
    """Where a footprint comes from."""

    GRADED = "graded", _("Graded by the source")
    AREAS = "areas", _("Areas of the message")
    CHOSEN = "chosen", _("Chosen or drawn by an officer")
