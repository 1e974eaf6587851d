"""The words of the caseload."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """Where a case stands on its way."""

    REGISTERED = "registered", _("Registered")
    EXPOSED = "exposed", _("Exposed")
    CONTACTED = "contacted", _("Contacted")
    TRIAGED = "triaged", _("Triaged")
    ASSISTED = "assisted", _("Assisted")
    EVACUATED = "evacuated", _("Evacuated")
    RETURNED = "returned", _("Returned")
    REINTEGRATED = "reintegrated", _("Reintegrated")
    CLOSED = "closed", _("Closed")


class Standing(TextChoices):
    """What is known of a person in a crisis."""

    UNACCOUNTED = "unaccounted", _("Unaccounted for")
    SAFE = "safe", _("Safe")
    IN_NEED = "in_need", _("In need")


class Answer(TextChoices):
    """Whether a person is inside the footprint, as far as their position can tell."""

    INSIDE = "inside", _("Inside")
    POSSIBLE = "possible", _("Possibly inside")
    NEAR = "near", _("Near")
    TOO_OLD = "too_old", _("Position too old to tell")
    OUTSIDE = "outside", _("No longer inside")
    REPORTED = "reported", _("Came to us")


class CrisisKind(TextChoices):
    """What the event is."""

    EARTHQUAKE = "earthquake", _("Earthquake")
    CYCLONE = "cyclone", _("Tropical cyclone")
    FLOOD = "flood", _("Flood")
    CIVIL_UNREST = "civil_unrest", _("Civil unrest")
    CONFLICT = "conflict", _("Armed conflict")
    EPIDEMIC = "epidemic", _("Epidemic")
    OTHER = "other", _("Other")


class AlertLevel(TextChoices):
    """What people are advised to do."""

    PRECAUTION = "precaution", _("Precaution")
    RESTRICTION = "restriction", _("Restriction")
    VOLUNTARY_RETURN = "voluntary_return", _("Voluntary return")
    MANDATORY_RETURN = "mandatory_return", _("Mandatory return")


class Measure(TextChoices):
    """What the board counts."""

    EXPOSED = "exposed", _("Exposed")
    NEAR = "near", _("Near")
    TOO_OLD = "too_old", _("Position too old to tell")
    MESSAGED = "messaged", _("Messaged")
    REACHED = "reached", _("Reached")
    UNACCOUNTED = "unaccounted", _("Unaccounted for")
    SAFE = "safe", _("Safe")
    IN_NEED = "in_need", _("In need")


class Facet(TextChoices):
    """By what the board breaks its counts down."""

    ALL = "all", _("All")
    AREA = "area", _("Area")
    NATIONALITY = "nationality", _("Nationality")
    LANGUAGE = "language", _("Language")
    BAND = "band", _("Band")
    OFFICE = "office", _("Post")
