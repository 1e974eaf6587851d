"""What was said with a person in a crisis over a channel, both sides in one thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.models.conversations import Conversation, Reply
from sojourn.response.outreach.models.outbox import Message
from sojourn.response.outreach.operations.outbox import content_of
from sojourn.response.outreach.queries.conversations import text_of
from sojourn.response.outreach.terms import MessageState, ReplyMeaning, ReplyScope

SHOWN: Final = 300
LOST: Final = frozenset({MessageState.FAILED, MessageState.STOPPED, MessageState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said: by us (`is_ours`, with its state) or by the person (with how it was read)."""

    at: datetime
    is_ours: bool
    text: str
    by: str = ""
    state: str = ""
    failure: str = ""
    is_lost: bool = False
    language: str = ""
    is_automatic: bool = False
    meaning: str = ""
    read_as: str = ""
    scope: str = ""
    spoke_for: int = 0


def turns_of(conversation: Conversation) -> Sequence[Turn]:
    """Return what was said in a conversation, oldest first, automatic messages included."""
    replies = conversation.replies.select_related("inbound").order_by("-received_at")[:SHOWN]
    turns = [_turn_of_reply(reply) for reply in replies]
    messages = Message.objects.filter(person=conversation.person, crisis=conversation.crisis)
    if conversation.channel != "web":
        messages = messages.filter(channel=conversation.channel)
    turns += [_turn_of_message(message) for message in messages.order_by("-id")[:SHOWN]]
    return sorted(turns, key=lambda turn: turn.at)


def _turn_of_reply(reply: Reply) -> Turn:
    return Turn(
        at=reply.received_at,
        is_ours=False,
        text=text_of(reply),
        meaning=reply.meaning,
        read_as=str(ReplyMeaning(reply.meaning).label),
        scope=str(ReplyScope(reply.scope).label) if reply.scope != ReplyScope.PERSON else "",
        spoke_for=reply.spoke_for,
        language=reply.language,
    )


def _turn_of_message(message: Message) -> Turn:
    return Turn(
        at=message.sent_at or message.queued_at,
        is_ours=True,
        text=_sent(message),
        state=str(MessageState(message.state).label),
        is_lost=message.state in LOST,
        failure=message.failure,
        language=message.language,
        is_automatic=message.reason == "reply",
    )


def _sent(message: Message) -> str:
    """Return the words as they went out: the short ones by SMS."""
    content = content_of(message)
    return content.short or content.text if message.channel == Channel.SMS else content.text
