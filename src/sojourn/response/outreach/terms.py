"""The words of outreach."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    """How far a message has come. Only `queued` may be claimed; the last four are ends."""

    QUEUED = "queued", _("Waiting to be sent")
    CLAIMED = "claimed", _("Being sent")
    UNCERTAIN = "uncertain", _("Uncertain whether it was sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped by the person")


class MessageClass(TextChoices):
    """What a message is for. Decides how urgent it is, and whether it may go out a second time."""

    ALERT = "alert", _("Alert that may save a life")
    CHECK = "check", _("Welfare check")
    REPLY = "reply", _("Answer in a conversation")
    CODE = "code", _("Code or question of consent")
    NOTICE = "notice", _("Notice")


class Need(TextChoices):
    """How the person stands when the message is written."""

    HELP = "help", _("Asked for help")
    EXPOSED = "exposed", _("Inside the area, or unaccounted for")
    OTHER = "other", _("Anyone else")


class SenderKind(TextChoices):
    """In which form a gateway is spoken to."""

    KANNEL = "kannel", _("SMS over HTTP, Kannel form")
    EXTERNAL = "external", _("SMS over HTTP, external channel of RapidPro and TextIt")
    SMTP = "smtp", _("E-mail over SMTP")


class Ability(TextChoices):
    """What a gateway can do about a message of which we do not know whether it took it."""

    TAKES_KEY = "takes_key", _("knows a repeated key and does not send twice")
    CAN_BE_ASKED = "can_be_asked", _("answers whether it has a message")
    CALLS_BACK = "calls_back", _("only reports afterwards")
    NOTHING = "nothing", _("none of these")


class ProviderForm(TextChoices):
    """In which form replies are brought."""

    SIGNED = "signed", _("JSON with a signature over the body")
    KANNEL = "kannel", _("Kannel's get-url with a token")
    EXTERNAL = "external", _("Form of RapidPro and TextIt")
    IMAP = "imap", _("Mailbox that is read by IMAP")


class ReplyChannel(TextChoices):
    """Over what a person answers: the channels of contact, and their own page."""

    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")
    VOICE = "voice", _("Voice call")
    WEB = "web", _("Personal page")


class ReplyMeaning(TextChoices):
    """What a reply was read as."""

    SAFE = "safe", _("Safe")
    HELP = "help", _("Needs help")
    STOP = "stop", _("No more messages")
    START = "start", _("Messages again")
    TEXT = "text", _("To be read")


class ReplyScope(TextChoices):
    """For whom a reply speaks."""

    PERSON = "person", _("The person")
    PHONE = "phone", _("Those who share the telephone")
    HOUSEHOLD = "household", _("The household")


class CampaignPurpose(TextChoices):
    """What a campaign tells or asks."""

    CHECK = "check", _("First check: are you safe?")
    REMINDER = "reminder", _("Reminder to those who did not answer")
    ALL_CLEAR = "all_clear", _("The danger has passed")
    CANCELLED = "cancelled", _("The earlier message no longer applies")


class CampaignState(TextChoices):
    """How far a campaign has come. Whether all is sent is a question to the outbox."""

    DRAFT = "draft", _("Draft")
    STARTED = "started", _("Started")
    PAUSED = "paused", _("Paused")
    DROPPED = "dropped", _("Dropped")


class FallbackPolicy(TextChoices):
    """What happens when there is no text in a language of the person."""

    ONLY_THEIRS = "only_theirs", _("Send nothing and list the person")
    THEN_LADDER = "then_ladder", _("Go down the ladder of languages")


class WhyNot(TextChoices):
    """Why a campaign did not write to a person."""

    NO_CONTACT = "no_contact", _("no telephone or e-mail address is known")
    STOPPED = "stopped", _("the person asked for no more messages")
    INVALID = "invalid", _("the network does not know the address")
    NO_LANGUAGE = "no_language", _("no text in a language of theirs")
    SHARED = "shared", _("reached by the telephone of another in the household")
