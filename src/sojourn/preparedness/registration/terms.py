"""The words of imports."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ImportState(TextChoices):
    """How far an import is."""

    READING = "reading", _("Being read")
    LOOKED_AT = "looked_at", _("To be checked")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    UNDONE = "undone", _("Undone")


class FileState(TextChoices):
    """What became of one file that was brought with others."""

    WAITING = "waiting", _("Waiting to be read")
    OPENED = "opened", _("Archive: its files are below")
    READ = "read", _("Read")
    REPEAT = "repeat", _("Brought before")
    REFUSED = "refused", _("Cannot be read")
    DROPPED = "dropped", _("Thrown away")


class Plan(TextChoices):
    """What a row will become, as far as the register and the list itself can tell."""

    NEW = "new", _("New person")
    KNOWN = "known", _("Already in the register")
    MAYBE = "maybe", _("Perhaps already in the register")
    REPEAT = "repeat", _("Repeats a row above")
    NO_NAME = "no_name", _("No name: kept aside")


class PlaceState(TextChoices):
    """What was made of a place that was told in words alone."""

    GUESSED = "guessed", _("Placed as a guess")
    SEVERAL = "several", _("May be several places")
    UNPLACED = "unplaced", _("Not placed")
    KNOWN = "known", _("A better place is known")
    PLACED = "placed", _("Placed by a person")


class MatchWhy(TextChoices):
    """Why a row may be somebody of the register."""

    DOCUMENT = "document", _("the same document number")
    PHONE_AND_NAME = "phone_and_name", _("the same telephone and name")
    NAME = "name", _("a name that is alike")


class Judgement(TextChoices):
    """What a person says of a row and somebody in the register."""

    NONE = "", _("Not judged")
    SAME = "same", _("The same person")
    DIFFERENT = "different", _("Another person")
