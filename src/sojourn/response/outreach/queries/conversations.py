"""Questions about conversations: who waits to be read, what was said in one, what belongs to nobody yet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from sojourn.foundation.access import sealing
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.models import ContactPoint
from sojourn.response.outreach.inbox.writer import words_in
from sojourn.response.outreach.models.conversations import Conversation, Reply
from sojourn.response.outreach.queries import matching

LONGEST_SNIPPET: Final = 140


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list, with the start of what was said last."""

    conversation: Conversation
    reply: Reply | None
    snippet: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """A reply that belongs to nobody yet, and who shares its address."""

    reply: Reply
    text: str
    address: str
    candidates: Sequence[ContactPoint]


def conversations(*, viewer: Viewer) -> QuerySet[Conversation]:
    """Return the conversations with people whom the viewer may see, the newest first."""
    seen = people.people(viewer=viewer, purpose=Purpose.LOCATING)
    return (
        Conversation.objects.filter(person__in=seen)
        .select_related("person", "crisis")
        .order_by("-last_reply_at", "-id")
    )


def waiting(*, viewer: Viewer) -> QuerySet[Conversation]:
    """Return the conversations that a person should read, the longest waiting first."""
    return (
        conversations(viewer=viewer).filter(waits_since__isnull=False).order_by("waits_since", "id")
    )


def listed(chosen: Sequence[Conversation]) -> Sequence[Listed]:
    """Return some conversations with the start of their last reply."""
    newest = (
        Reply.objects.filter(conversation=OuterRef("conversation"))
        .order_by("-received_at", "-id")
        .values("pk")[:1]
    )
    replies = {
        reply.conversation_id: reply
        for reply in Reply.objects.filter(
            conversation__in=[one.pk for one in chosen], pk=Subquery(newest)
        ).select_related("inbound")
    }
    found = []
    for one in chosen:
        reply = replies.get(one.pk)
        words = " ".join(text_of(reply).split()) if reply else ""
        found.append(Listed(one, reply, words[:LONGEST_SNIPPET]))
    return found


def case_of(conversation: Conversation) -> Case | None:
    """Return the person's case in the crisis of a conversation."""
    return Case.objects.filter(person=conversation.person_id, crisis=conversation.crisis_id).first()


def strangers(*, viewer: Viewer) -> QuerySet[Reply]:
    """Return replies to the viewer's organisations that belong to nobody yet, oldest first."""
    organisations = [
        held.organisation_id
        for held in viewer.memberships
        if held.role in (Role.DUTY_OFFICER, Role.POST_OFFICER)
    ]
    return (
        Reply.objects.filter(
            organisation__in=organisations, conversation__isnull=True, read_at__isnull=True
        )
        .select_related("inbound", "inbound__provider", "organisation")
        .order_by("received_at", "id")
    )


def strangers_shown(replies: Sequence[Reply], *, viewer: Viewer) -> Sequence[Stranger]:
    """Return replies of strangers with their words, and who of the viewer's people shares the address."""
    seen = people.people(viewer=viewer, purpose=Purpose.LOCATING)
    found = []
    for reply in replies:
        if reply.inbound is None:
            continue
        points = matching.candidates(reply.inbound)
        may_see = set(
            seen.filter(pk__in=[point.person_id for point in points]).values_list("pk", flat=True)
        )
        found.append(
            Stranger(
                reply=reply,
                text=text_of(reply),
                address=reply.inbound.sender_address,
                candidates=[point for point in points if point.person_id in may_see],
            )
        )
    return found


def text_of(reply: Reply) -> str:
    """Open what was said in a reply."""
    if reply.inbound is not None:
        return words_in(reply.inbound.sealed, reply.inbound.pk)
    if reply.sealed is None:
        return ""
    return str(
        json.loads(
            sealing.open_sealed(reply.sealed, table="outreach_reply", column="sealed", row=reply.pk)
        )
    )


def open_crises(*, viewer: Viewer) -> QuerySet[Crisis]:
    """Return the crises under way that a campaign of the viewer could be for."""
    organisations = [
        held.organisation_id for held in viewer.memberships if held.role == Role.DUTY_OFFICER
    ]
    mine = Q(lead__in=organisations) | Q(participants__in=organisations)
    return Crisis.objects.filter(mine, closed_at__isnull=True).distinct().order_by("-started_at")
