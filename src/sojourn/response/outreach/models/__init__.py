"""Facts of outreach: what goes out (`outbox`, `campaigns`), what comes in (`inbox`, `conversations`)."""

from sojourn.response.outreach.models.campaigns import Campaign, NotMessaged
from sojourn.response.outreach.models.conversations import Conversation, Reply
from sojourn.response.outreach.models.inbox import Inbound, Provider
from sojourn.response.outreach.models.links import PersonalLink
from sojourn.response.outreach.models.outbox import Dispatch, Message, News, Sender
from sojourn.response.outreach.models.texts import TextReview

__all__ = [
    "Campaign",
    "Conversation",
    "Dispatch",
    "Inbound",
    "Message",
    "News",
    "NotMessaged",
    "PersonalLink",
    "Provider",
    "Reply",
    "Sender",
    "TextReview",
]
