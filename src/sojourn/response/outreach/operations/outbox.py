"""Deeds of the outbox: write messages with their reason, climb the ladder, note reports, decide."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from sojourn.foundation.access import sealing
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.people.models import ContactPoint, Person
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.models.outbox import Message
from sojourn.response.outreach.queries import outbox as queries
from sojourn.response.outreach.rules import outbox as rules
from sojourn.response.outreach.terms import MessageClass, MessageState, Need

TABLE: Final = "outreach_message"
BATCH: Final = 2_000
SENDABLE: Final = frozenset(rules.CHANNEL_OF.values())


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: `short` is for SMS, where it differs from `text`."""

    text: str
    subject: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to be written: to whom, where, what, and how the person stands."""

    person: Person
    contact_point: ContactPoint
    content: Content
    language: str = ""
    need: Need = Need.OTHER
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What asks for messages: a word such as `campaign`, its key, and the crisis if there is one.

    Asking again for the same reason, person, channel and step adds nothing.
    """

    what: str
    key: UUID
    message_class: MessageClass
    crisis: Crisis | None = None


@transaction.atomic
def queue_messages(*, drafts: Iterable[Draft], reason: Reason, by: Actor, at: datetime) -> int:
    """Write messages in the transaction of their reason; return how many are new. Safe to repeat.

    `at` is the real moment: sending is a fact of this world, also in an exercise.
    """
    before = Message.objects.filter(reason_id=reason.key).count()
    batch: list[Message] = []
    for draft in drafts:
        batch.append(_message(draft, reason, at))
        if len(batch) >= BATCH:
            Message.objects.bulk_create(batch, ignore_conflicts=True)
            batch.clear()
    Message.objects.bulk_create(batch, ignore_conflicts=True)
    written = Message.objects.filter(reason_id=reason.key).count() - before
    if written:
        audit.record(
            what="messages.queued",
            about=reason.crisis,
            by=by,
            at=at,
            count=written,
            reason=f"{reason.what}:{reason.key}",
        )
    return written


def content_of(message: Message) -> Content:
    """Open what a message says."""
    return content_in(message.sealed, message.key)


def content_in(sealed: bytes | memoryview, key: UUID) -> Content:
    """Open the sealed words of the row with this key."""
    subject, text, short = json.loads(
        sealing.open_sealed(sealed, table=TABLE, column="sealed", row=key)
    )
    return Content(text=text, subject=subject, short=short)


@transaction.atomic
def climb(*, failed: Collection[int], at: datetime) -> int:
    """Write each failed message anew to the person's next contact point, if there is one. Safe to repeat."""
    messages = list(
        Message.objects.filter(pk__in=list(failed), state=MessageState.FAILED).select_related(
            "person"
        )
    )
    people = {message.person_id for message in messages}
    reasons = {message.reason_id for message in messages}
    tried: dict[tuple[UUID, UUID], set[UUID]] = {}
    steps: dict[tuple[UUID, UUID], int] = {}
    for reason_id, person_id, point_id, step in Message.objects.filter(
        person_id__in=people, reason_id__in=reasons
    ).values_list("reason_id", "person_id", "contact_point_id", "step"):
        tried.setdefault((reason_id, person_id), set()).add(point_id)
        steps[reason_id, person_id] = max(step, steps.get((reason_id, person_id), 0))
    points = _reachable_points(people)
    further = []
    for message in messages:
        place = (message.reason_id, message.person_id)
        if message.step < steps[place]:
            continue
        following = [
            point for point in points.get(message.person_id, ()) if point.pk not in tried[place]
        ]
        if following:
            further.append(_next_step(message, following[0], at))
    Message.objects.bulk_create(further, ignore_conflicts=True)
    return len(further)


@transaction.atomic
def note_report(*, key: UUID, is_delivered: bool, why: str = "", at: datetime) -> bool:
    """Note what a gateway reports of a message; a failure climbs the ladder. Safe to repeat.

    A report that something arrived is believed over one that it did not.
    """
    open_ends = [MessageState.CLAIMED, MessageState.UNCERTAIN, MessageState.SENT]
    told = Message.objects.select_for_update().filter(key=key)
    if is_delivered:
        changed = told.filter(state__in=[*open_ends, MessageState.FAILED]).update(
            state=MessageState.DELIVERED,
            delivered_at=at,
            failure="",
            lease_until=None,
            resolve_after=None,
        )
        told.filter(crisis__isnull=False).update(is_told=False)
        return bool(changed)
    ids = list(told.filter(state__in=open_ends).values_list("pk", flat=True))
    Message.objects.filter(pk__in=ids).update(
        state=MessageState.FAILED,
        failure=(why or "the network could not deliver it")[:200],
        lease_until=None,
        resolve_after=None,
    )
    climb(failed=ids, at=at)
    return bool(ids)


@transaction.atomic
def note_stop(*, key: UUID, at: datetime) -> bool:
    """Note that a gateway reports STOP for the contact point of a message. Safe to repeat."""
    point = Message.objects.filter(key=key).values("contact_point")
    return bool(
        ContactPoint.objects.filter(pk__in=point, stopped_at__isnull=True).update(stopped_at=at)
    )


@transaction.atomic
def send_again(*, message: Message, by: Actor, at: datetime) -> bool:
    """Put a failed or undecided message back in line, on a person's word. Safe to repeat."""
    changed = _decidable(message).update(
        state=MessageState.QUEUED,
        not_before=at,
        tries=0,
        failure="",
        is_held=False,
        resolve_after=None,
        lease_until=None,
    )
    return _noted("message.sent_again", changed, message, by, at)


@transaction.atomic
def take_as_sent(*, message: Message, by: Actor, at: datetime) -> bool:
    """Take an undecided message as sent, on a person's word. Safe to repeat."""
    changed = (
        _decidable(message)
        .filter(state=MessageState.UNCERTAIN)
        .update(state=MessageState.SENT, sent_at=at, resolve_after=None)
    )
    return _noted("message.taken_as_sent", changed, message, by, at)


@transaction.atomic
def hold(*, message: Message, by: Actor, at: datetime) -> bool:
    """Hold a waiting message back. Safe to repeat; one that is being sent cannot be held."""
    changed = Message.objects.filter(
        pk=message.pk, state=MessageState.QUEUED, is_held=False
    ).update(is_held=True)
    return _noted("message.held", changed, message, by, at)


@transaction.atomic
def let_go(*, message: Message, by: Actor, at: datetime) -> bool:
    """Let a message go that was held back. Safe to repeat."""
    changed = Message.objects.filter(pk=message.pk, is_held=True).update(
        is_held=False, not_before=at
    )
    return _noted("message.let_go", changed, message, by, at)


@transaction.atomic
def tell_cases(*, by: Actor, at: datetime, limit: int = 2_000) -> int:
    """Tell the cases what went out and what arrived, in the time of their crisis. Safe to repeat."""
    chosen = list(
        Message.objects.select_for_update(of=("self",))
        .filter(is_told=False, state__in=[MessageState.SENT, MessageState.DELIVERED])
        .order_by("id")
        .values_list("pk", "crisis_id", "person_id", "state")[:limit]
    )
    for crisis in Crisis.objects.filter(pk__in={row[1] for row in chosen}):
        for state in (MessageState.SENT, MessageState.DELIVERED):
            people = {row[2] for row in chosen if row[1] == crisis.pk and row[3] == state}
            is_delivered = state == MessageState.DELIVERED
            change = caseload.CaseChange(
                what="delivered" if is_delivered else "messaged",
                is_messaged=True,
                is_reached=is_delivered,
            )
            caseload.change_cases(
                crisis=crisis,
                case_ids=queries.cases_to_tell(crisis, people),
                change=change,
                by=by,
                at=crisis.clock.at(at),
            )
    Message.objects.filter(pk__in=[row[0] for row in chosen]).update(is_told=True)
    return len(chosen)


def _message(draft: Draft, reason: Reason, at: datetime) -> Message:
    point, content = draft.contact_point, draft.content
    key = rules.key_of(
        reason_id=reason.key,
        person_id=draft.person.pk,
        channel=point.channel,
        step=draft.step,
    )
    return Message(
        key=key,
        organisation_id=draft.person.responsible_id,
        person_id=draft.person.pk,
        contact_point_id=point.pk,
        crisis=reason.crisis,
        reason=reason.what,
        reason_id=reason.key,
        step=draft.step,
        channel=point.channel,
        message_class=reason.message_class,
        urgency=rules.urgency_of(reason.message_class, draft.need),
        language=draft.language,
        sealed=_sealed(content, key),
        is_exercise=draft.person.is_exercise,
        queued_at=at,
        not_before=at,
        is_told=reason.crisis is None,
    )


def _sealed(content: Content, key: UUID) -> bytes:
    words = json.dumps([content.subject, content.text, content.short], ensure_ascii=False)
    return sealing.seal(words, table=TABLE, column="sealed", row=key)


def _next_step(message: Message, point: ContactPoint, at: datetime) -> Message:
    step = message.step + 1
    key = rules.key_of(
        reason_id=message.reason_id,
        person_id=message.person_id,
        channel=point.channel,
        step=step,
    )
    return Message(
        key=key,
        organisation_id=message.organisation_id,
        person_id=message.person_id,
        contact_point_id=point.pk,
        crisis_id=message.crisis_id,
        reason=message.reason,
        reason_id=message.reason_id,
        step=step,
        channel=point.channel,
        message_class=message.message_class,
        urgency=message.urgency,
        language=message.language,
        sealed=_sealed(content_of(message), key),
        is_exercise=message.is_exercise,
        queued_at=at,
        not_before=at,
        is_told=message.crisis_id is None,
    )


def _reachable_points(people: Collection[UUID]) -> dict[UUID, list[ContactPoint]]:
    points: dict[UUID, list[ContactPoint]] = {}
    for point in ContactPoint.objects.filter(
        person_id__in=people,
        channel__in=[Channel(channel) for channel in SENDABLE],
        stopped_at__isnull=True,
        invalid_at__isnull=True,
    ).order_by("rank", "-added_at", "id"):
        points.setdefault(point.person_id, []).append(point)
    return points


def _decidable(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(
        pk=message.pk, state__in=[MessageState.FAILED, MessageState.UNCERTAIN]
    )


def _noted(what: str, changed: int, message: Message, by: Actor, at: datetime) -> bool:
    if changed:
        audit.record(what=what, about=message, by=by, at=at, person_id=message.person_id)
    return bool(changed)
