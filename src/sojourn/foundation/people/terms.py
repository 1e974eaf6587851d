"""The words about people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    """As the person says."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class Occupation(TextChoices):
    """What brings or keeps a person in the country. Says nothing about legal status."""

    WORKER = "worker", _("Worker")
    DOMESTIC_WORKER = "domestic_worker", _("Domestic worker")
    STUDENT = "student", _("Student")
    VISITOR = "visitor", _("Visitor")
    FAMILY = "family", _("Family member")
    RESIDENT = "resident", _("Resident")
    UNKNOWN = "unknown", _("Not known")


class Channel(TextChoices):
    """How a message reaches a person."""

    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")
    VOICE = "voice", _("Voice call")


class DocumentKind(TextChoices):
    """What paper it is. Its absence blocks nothing."""

    PASSPORT = "passport", _("Passport")
    NATIONAL_ID = "national_id", _("National identity card")
    CONSULAR_CARD = "consular_card", _("Consular card")
    OTHER = "other", _("Other document")


class Source(TextChoices):
    """Who says where a person is."""

    SELF = "self", _("The person")
    RELATIVE = "relative", _("A relative")
    WARDEN = "warden", _("A warden")
    OFFICER = "officer", _("An officer")
    EMPLOYER = "employer", _("The employer")
    LIST = "list", _("A list")
    WORDS = "words", _("A place in words, guessed")
