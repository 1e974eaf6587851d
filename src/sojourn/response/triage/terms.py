"""The words of triage. Kinds, severities and signs carry the values of `methods.priority`."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class NeedKind(TextChoices):
    """What a person needs."""

    MEDICAL = "medical", _("Medical")
    PROTECTION = "protection", _("Protection")
    CHILD = "child", _("Child")
    DOCUMENTS = "documents", _("Documents")
    SHELTER = "shelter", _("Shelter")
    FOOD_AND_WATER = "food_and_water", _("Food and water")
    TRANSPORT = "transport", _("Transport")
    INFORMATION = "information", _("Information")
    ASYLUM = "asylum", _("Asylum or fear of return")
    UNSPECIFIED = "unspecified", _("Help, not said which")


class NeedSeverity(TextChoices):
    """How grave a need is."""

    LIFE = "life", _("Life in danger now")
    URGENT = "urgent", _("Gets worse within a day")
    CAN_WAIT = "can_wait", _("Can wait")
    UNKNOWN = "unknown", _("Not known")


class Circumstance(TextChoices):
    """What makes a need graver, as it was said."""

    UNACCOMPANIED_CHILD = "unaccompanied_child", _("Child without parent or carer")
    SEPARATED_CHILD = "separated_child", _("Child with a relative who is not the usual carer")
    VIOLENCE = "violence", _("Violence")
    TRAFFICKING = "trafficking", _("Trafficking")
    HELD = "held", _("Held or locked in")
    PREGNANT = "pregnant", _("Pregnant or newborn")
    DISABILITY = "disability", _("Disability")
    OLDER_PERSON = "older_person", _("Older person")
    SMALL_CHILDREN = "small_children", _("Small children")
    STATELESS = "stateless", _("Stateless")
    FEARS_RETURN = "fears_return", _("Fears return")
    DOCUMENTS_HELD = "documents_held", _("Someone else holds the papers")


class Source(TextChoices):
    """How we came to know."""

    REPLY = "reply", _("Reply to a message")
    CALL = "call", _("Call")
    WALK_IN = "walk_in", _("Walk-in")
    LINK = "link", _("Personal page")


class ClosingReason(TextChoices):
    """Why a case leaves the queue."""

    HELPED = "helped", _("Helped")
    NOT_NEEDED = "not_needed", _("Help is no longer needed")
    UNREACHABLE = "unreachable", _("Cannot be reached any more")
    DUPLICATE = "duplicate", _("The same person has another case")
    OTHER = "other", _("Other")


class EscalationLevel(IntegerChoices):
    """Whom a clock that ran out has reached."""

    NONE = 0, _("Not escalated")
    POST = 1, _("Escalated to the post")
    DUTY_OFFICER = 2, _("Escalated to the duty officer")
