"""Deeds of the inbox: set up who brings replies, take in mail, and read what waits, many at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from sojourn.foundation.access import sealing
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import ContactPoint, Person
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.inbox.envelope import Arrived
from sojourn.response.outreach.inbox.writer import sealed_words, words_in
from sojourn.response.outreach.models.conversations import Conversation, Reply
from sojourn.response.outreach.models.inbox import Inbound, Provider
from sojourn.response.outreach.queries import matching
from sojourn.response.outreach.replies import Meaning, Reading, Scope, above_quote, read_reply
from sojourn.response.outreach.terms import ProviderForm, ReplyChannel

MOST_AT_ONCE: Final = 250
MOST_CALLS_FOR_HELP: Final = (
    20  # each is judged for the queue by itself: the transaction stays short
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """Who brings replies, in which form. `url` and `username` are those of a mailbox."""

    name: str
    form: ProviderForm
    channel: Channel = Channel.SMS
    url: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class ReadReply:
    """A reply as it was read, and whose it is: what a procedure needs to act on it.

    `beside` are people of the household who share the address it came from.
    """

    reply: Reply
    reading: Reading
    text: str
    person: Person
    crisis: Crisis | None
    case: Case | None
    point: ContactPoint | None = None
    beside: Sequence[UUID] = field(default_factory=tuple)
    is_first_of_its_kind: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """The replies of one reading that have a person, and how many rows of the inbox were read."""

    replies: Sequence[ReadReply]
    rows: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A reply whose writer is known."""

    reply: Reply
    reading: Reading
    text: str
    person: Person
    match: matching.Match

    @property
    def key(self) -> "Key":
        inbound = self.reply.inbound
        channel = inbound.channel if inbound else ReplyChannel.WEB.value
        return self.person.pk, self.match.crisis.pk if self.match.crisis else None, channel


@transaction.atomic
def add_provider(
    *,
    organisation: Organisation,
    facts: ProviderFacts,
    secret: str,
    is_exercise: bool = False,
    by: Actor,
    at: datetime,
    key: UUID | None = None,
) -> Provider:
    """Set up who brings replies to an organisation. The same `key` counts once."""
    key = key or uuid7()
    provider, is_new = Provider.objects.get_or_create(
        id=key,
        defaults={
            "organisation": organisation,
            "name": facts.name,
            "form": facts.form,
            "channel": facts.channel,
            "url": facts.url,
            "username": facts.username,
            "secret_sealed": sealing.seal(
                secret, table="outreach_provider", column="secret", row=key
            ),
            "is_exercise": is_exercise,
            "added_at": at,
        },
    )
    if is_new:
        audit.record(what="provider.added", about=provider, by=by, at=at, form=facts.form)
    return provider


@transaction.atomic
def switch_provider(*, provider: Provider, is_enabled: bool, by: Actor, at: datetime) -> bool:
    """Switch a provider on or off; the door sees it within two seconds. Safe to repeat."""
    changed = Provider.objects.filter(pk=provider.pk, is_enabled=not is_enabled).update(
        is_enabled=is_enabled
    )
    if changed:
        what = "provider.switched_on" if is_enabled else "provider.switched_off"
        audit.record(what=what, about=provider, by=by, at=at)
    return bool(changed)


def secret_of(provider: Provider) -> str:
    """Open the secret of a provider."""
    return sealing.open_sealed(
        provider.secret_sealed, table="outreach_provider", column="secret", row=provider.pk
    )


@transaction.atomic
def take_in(*, provider: Provider, messages: Sequence[Arrived], at: datetime) -> int:
    """Write messages into the inbox that were fetched, not brought; return how many. Safe to repeat."""
    rows = []
    for message in messages:
        key = uuid7()
        rows.append(
            Inbound(
                id=key,
                provider=provider,
                provider_message_id=message.provider_message_id,
                channel=provider.channel,
                sender_address=message.address,
                sealed=sealed_words(text=message.text, raw=message.raw, row=key),
                said_at=message.said_at,
                received_at=at,
            )
        )
    return len(Inbound.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def read_inbox(*, at: datetime, limit: int = MOST_AT_ONCE) -> Batch:
    """Read what waits in the inbox, oldest first: whose it is, what it says. STOP and START act at once.

    Reads fewer than `limit` when many call for help; nothing is left for us when it read no rows.

    For a procedure, which acts on the rest in the same transaction: a crash leaves all of it waiting.
    What belongs to nobody is kept for staff. `at` is the real moment.
    """
    waiting = _waiting(limit)
    if not waiting:
        return Batch((), 0)
    said = _said(waiting)
    waiting = waiting[: len(said)]
    matches = matching.match(waiting)
    replies: list[Reply] = []
    known: list[_Known] = []
    for inbound, (text, words, first) in zip(waiting, said, strict=True):
        match = matches[inbound.pk]
        theirs = match.person.language if match.person else ""
        reading = read_reply(words, language=theirs) if theirs else first
        reply = _reply(inbound, reading, match)
        replies.append(reply)
        if match.person is not None:
            known.append(_Known(reply, reading, text, match.person, match))
    conversations = _conversations(known)
    _link(known, conversations)
    earlier = _earlier_meanings([conversation.pk for conversation in conversations.values()], at)
    Reply.objects.bulk_create(replies, batch_size=500)
    Inbound.objects.filter(pk__in=[inbound.pk for inbound in waiting]).update(processed_at=at)
    _note_stops(waiting, replies, at)
    found = [
        ReadReply(
            reply=one.reply,
            reading=one.reading,
            text=one.text,
            person=one.person,
            crisis=one.match.crisis,
            case=one.match.case,
            point=one.match.point,
            beside=one.match.beside,
            is_first_of_its_kind=(one.reply.conversation_id, one.reply.meaning) not in earlier,
        )
        for one in known
    ]
    return Batch(found, len(waiting))


@transaction.atomic
def note_answer(
    *, person: Person, case: Case | None, reading: Reading, text: str, at: datetime
) -> ReadReply:
    """Write down an answer that a person gave on their own page. For a procedure, which acts on it."""
    crisis = case.crisis if case else None
    key = uuid7()
    match = matching.Match(person=person, crisis=crisis, case=case)
    reply = Reply(
        id=key,
        organisation_id=person.responsible_id,
        is_exercise=person.is_exercise,
        sealed=sealing.seal(json.dumps(text), table="outreach_reply", column="sealed", row=key),
        said_at=at,
        received_at=at,
        **_read(reading),
    )
    known = [_Known(reply, reading, text, person, match)]
    _link(known, _conversations(known))
    reply.save(force_insert=True)
    return ReadReply(reply, reading, text, person, crisis, case)


def _waiting(limit: int) -> list[Inbound]:
    waiting = Inbound.objects.filter(processed_at__isnull=True).order_by("received_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    return list(waiting.select_related("provider")[:limit])


def _said(waiting: Sequence[Inbound]) -> list[tuple[str, str, Reading]]:
    """Return text, words without quotes, and a first reading of each, up to the last call for help of a batch."""
    said: list[tuple[str, str, Reading]] = []
    calls = 0
    for inbound in waiting:
        text = words_in(inbound.sealed, inbound.pk)
        words = above_quote(text) if inbound.channel == Channel.EMAIL else text
        reading = read_reply(words)
        said.append((text, words, reading))
        calls += reading.meaning == Meaning.HELP
        if calls >= MOST_CALLS_FOR_HELP:
            break
    return said


def _reply(inbound: Inbound, reading: Reading, match: matching.Match) -> Reply:
    return Reply(
        inbound=inbound,
        organisation_id=inbound.provider.organisation_id,
        is_exercise=inbound.provider.is_exercise,
        unmatched_why=match.why_not,
        said_at=min(inbound.said_at or inbound.received_at, inbound.received_at),
        received_at=inbound.received_at,
        **_read(reading),
    )


def _read(reading: Reading) -> Mapping[str, object]:
    return {
        "meaning": reading.meaning.value,
        "scope": reading.scope.value,
        "headcount": reading.headcount,
        "language": reading.language,
        "is_whole": reading.is_whole,
    }


Key = tuple[UUID, UUID | None, str]


def _conversations(known: Sequence[_Known]) -> dict[Key, Conversation]:
    """Return the conversation of each reply, opened where there was none."""
    wanted = {one.key: one.reply for one in known}
    people = {key[0] for key in wanted}
    found = _found(people)
    missing = [
        Conversation(
            person_id=key[0],
            crisis_id=key[1],
            channel=key[2],
            opened_at=reply.received_at,
            last_reply_at=reply.received_at,
        )
        for key, reply in wanted.items()
        if key not in found
    ]
    if missing:
        Conversation.objects.bulk_create(missing, ignore_conflicts=True)
        found = _found(people)
    return {key: found[key] for key in wanted}


def _found(people: set[UUID]) -> dict[Key, Conversation]:
    return {
        (one.person_id, one.crisis_id, one.channel): one
        for one in Conversation.objects.filter(person_id__in=people)
    }


def _link(known: Sequence[_Known], conversations: Mapping[Key, Conversation]) -> None:
    """Put replies into their conversations; what a person should read makes the conversation wait."""
    to_read: set[UUID] = set()
    for one in known:
        one.reply.conversation = conversations[one.key]
        if one.reading.is_whole or not one.text.strip():
            one.reply.read_at = one.reply.received_at
        else:
            to_read.add(one.reply.conversation.pk)
    if not known:
        return
    last = max(one.reply.received_at for one in known)
    everyone = Conversation.objects.filter(pk__in=[one.pk for one in conversations.values()])
    everyone.filter(last_reply_at__lt=last).update(last_reply_at=last)
    Conversation.objects.filter(pk__in=to_read, waits_since__isnull=True).update(waits_since=last)


def _earlier_meanings(conversations: Sequence[UUID], at: datetime) -> set[tuple[UUID | None, str]]:
    """Return what was already said in some conversations within the last minutes: it needs no second thanks."""
    since = at - matching.SAME_ANSWER_WITHIN
    return {
        (conversation, meaning)
        for conversation, meaning in Reply.objects.filter(
            conversation_id__in=conversations, received_at__gte=since
        ).values_list("conversation_id", "meaning")
    }


def _note_stops(waiting: Sequence[Inbound], replies: Sequence[Reply], at: datetime) -> None:
    """STOP holds for everybody of the organisation who shares the address; START takes it back."""
    for inbound, reply in zip(waiting, replies, strict=True):
        if reply.meaning not in (Meaning.STOP, Meaning.START):
            continue
        points = ContactPoint.objects.filter(
            Q(channel=inbound.channel),
            address=inbound.sender_address,
            person__responsible_id=reply.organisation_id,
            person__is_exercise=reply.is_exercise,
        )
        if reply.meaning == Meaning.STOP:
            points.filter(stopped_at__isnull=True).update(stopped_at=at)
        else:
            points.update(stopped_at=None)


__all__ = [
    "MOST_AT_ONCE",
    "Meaning",
    "ProviderFacts",
    "ReadReply",
    "Scope",
    "add_provider",
    "note_answer",
    "read_inbox",
    "secret_of",
    "switch_provider",
    "take_in",
]
