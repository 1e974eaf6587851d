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
