"""Deeds on conversations: thank for replies, read them, answer, and find out whose a reply is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import User
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import ContactPoint, Person
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.inbox.writer import words_in
from sojourn.response.outreach.models.conversations import Conversation, Reply
from sojourn.response.outreach.models.inbox import Inbound
from sojourn.response.outreach.operations import outbox
from sojourn.response.outreach.operations.inbox import ReadReply
from sojourn.response.outreach.operations.writing import Saying, draft_for
from sojourn.response.outreach.replies import Meaning
from sojourn.response.outreach.terms import MessageClass, Need
from sojourn.response.outreach.texts import TextPurpose

LONGEST_ANSWER: Final = 1_000
THANKS: Final[Mapping[Meaning, TextPurpose]] = {
    Meaning.SAFE: TextPurpose.RECEIVED,
    Meaning.HELP: TextPurpose.HELP,
    Meaning.TEXT: TextPurpose.UNREAD,
    Meaning.START: TextPurpose.STARTED,
}


class CannotAnswer(Exception):
    """The answer cannot be sent; the message says why."""


class CannotAttach(Exception):
    """The reply cannot be given to that person; the message says why."""


@transaction.atomic
def thank(*, replies: Sequence[ReadReply], by: Actor, at: datetime) -> int:
    """Queue a word of receipt for each reply, in the person's language; return how many.

    STOP is obeyed without a word. Who says the same again within minutes is not thanked again, so two
    machines that answer each other fall silent. `at` is the real moment.
    """
    by_crisis: dict[UUID | None, list[ReadReply]] = {}
    latest = {
        (read.person.pk, read.reply.conversation_id): read
        for read in replies
        if read.reading.meaning in THANKS and read.is_first_of_its_kind and read.point
    }
    for read in latest.values():
        by_crisis.setdefault(read.crisis.pk if read.crisis else None, []).append(read)
    queued = 0
    for group in by_crisis.values():
        crisis = group[0].crisis
        drafts = [
            draft
            for read in group
            if read.point is not None
            and (
                draft := draft_for(
                    Saying(purpose=THANKS[read.reading.meaning], crisis=crisis),
                    read.point,
                    need=Need.HELP if read.reading.meaning == Meaning.HELP else Need.OTHER,
                    heard_in=read.reading.language,
                )
            )
        ]
        reason = outbox.Reason(
            what="reply", key=uuid7(), message_class=MessageClass.REPLY, crisis=crisis
        )
        queued += outbox.queue_messages(drafts=drafts, reason=reason, by=by, at=at)
    return queued


@transaction.atomic
def keep_waiting(*, conversations: Sequence[UUID], at: datetime) -> int:
    """Let conversations wait for a person, such as when somebody in need now says they are safe."""
    return Conversation.objects.filter(pk__in=conversations, waits_since__isnull=True).update(
        waits_since=at
    )


@transaction.atomic
def mark_read(*, conversation: Conversation, by: User, at: datetime) -> bool:
    """Note that a person read all that was said so far. Safe to repeat."""
    unread = conversation.replies.filter(read_at__isnull=True).update(read_at=at, read_by=by)
    waited = Conversation.objects.filter(pk=conversation.pk, waits_since__isnull=False).update(
        waits_since=None
    )
    if unread or waited:
        audit.record(
            what="conversation.read",
            about=conversation,
            by=by,
            at=at,
            person_id=conversation.person_id,
            count=unread,
        )
    return bool(unread or waited)


@transaction.atomic
def answer(
    *, conversation: Conversation, text: str, by: User, at: datetime, key: UUID | None = None
) -> int:
    """Write to a person in their conversation, in an officer's own words. The same `key` counts once.

    Raises CannotAnswer when it says nothing, is too long, or there is no way to the person.
    """
    text = text.strip()
    if not text:
        raise CannotAnswer(_("Please write something."))
    if len(text) > LONGEST_ANSWER:
        raise CannotAnswer(_("Please use at most %(most)d characters.") % {"most": LONGEST_ANSWER})
    point = _way_to(conversation)
    if point is None:
        raise CannotAnswer(_("There is no telephone or e-mail address that may be written to."))
    reason = outbox.Reason(
        what="answer",
        key=key or uuid7(),
        message_class=MessageClass.REPLY,
        crisis=conversation.crisis,
    )
    draft = outbox.Draft(
        person=conversation.person,
        contact_point=point,
        content=outbox.Content(text=text, subject="Re:", short=text),
        language=conversation.person.language,
        need=Need.HELP,
    )
    queued = outbox.queue_messages(drafts=[draft], reason=reason, by=by, at=at)
    mark_read(conversation=conversation, by=by, at=at)
    return queued


@transaction.atomic
def attach(*, reply: Reply, person: Person, by: User, at: datetime) -> None:
    """Say whose an unmatched reply is: their address is kept, and it is read again as theirs.

    The reply goes back into the inbox, so that everything follows as if the address had been known.
    Raises CannotAttach when it was settled already, or the person is another organisation's.
    """
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    inbound = reply.inbound
    if inbound is None or reply.conversation_id is not None or reply.read_at is not None:
        raise CannotAttach(_("This reply has been settled already."))
    if person.responsible_id != reply.organisation_id or person.is_exercise != reply.is_exercise:
        raise CannotAttach(_("This person is not in the same register as the reply."))
    people.add_contact_point(
        person=person,
        channel=Channel(inbound.channel),
        address=inbound.sender_address,
        by=by,
        at=at,
    )
    audit.record(what="reply.attached", about=person, by=by, at=at, person_id=person.pk)
    inbound.claimed_for = person
    inbound.processed_at = None
    inbound.save(update_fields=["claimed_for", "processed_at"])
    reply.delete()


@transaction.atomic
def set_aside(*, reply: Reply, by: User, at: datetime) -> bool:
    """Note that a person read an unmatched reply and nobody can be found for it. Safe to repeat."""
    changed = Reply.objects.filter(pk=reply.pk, read_at__isnull=True).update(read_at=at, read_by=by)
    if changed:
        audit.record(what="reply.set_aside", about=reply, by=by, at=at)
    return bool(changed)


def words_of(inbound: Inbound) -> str:
    """Open what was written."""
    return words_in(inbound.sealed, inbound.pk)


def _way_to(conversation: Conversation) -> ContactPoint | None:
    """Return where the person last wrote from, else the first way to them that is open."""
    points = ContactPoint.objects.filter(
        person=conversation.person, stopped_at__isnull=True, invalid_at__isnull=True
    ).exclude(channel=Channel.VOICE)
    last = (
        conversation.replies.filter(inbound__isnull=False)
        .order_by("-received_at")
        .values_list("inbound__sender_address", flat=True)
        .first()
    )
    return (
        points.filter(address=last).first()
        or points.filter(channel=conversation.channel).order_by("rank").first()
        or points.order_by("rank").first()
    )
