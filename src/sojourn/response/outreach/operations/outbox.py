"""Deeds of the outbox: write messages with their reason, climb the ladder, note reports, decide."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from sojourn.foundation.access import sealing
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.people.models import ContactPoint, Person
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach import claims
from sojourn.response.outreach.models.outbox import Dispatch, Message, News
from sojourn.response.outreach.queries import outbox as queries
from sojourn.response.outreach.rules import outbox as rules
from sojourn.response.outreach.terms import MessageClass, MessageState, Need

TABLE: Final = "outreach_message"
BATCH: Final = 2_000
UNIT: Final = "\x1f"  # parts subject, text and short text; no message holds it
SENDABLE: Final = frozenset(rules.CHANNEL_OF.values())
UNDELIVERED: Final = gettext_noop("the network could not deliver it")
# A report that something arrived is believed over one that it did not; the same report again says nothing.
_DEAF_TO: Final = {
    True: (MessageState.DELIVERED, MessageState.STOPPED),
    False: (MessageState.DELIVERED, MessageState.STOPPED, MessageState.FAILED),
}


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
    newest = Message.objects.order_by("-id").values_list("id", flat=True).first()
    batch: list[Message] = []
    for draft in drafts:
        batch.append(_message(draft, reason, at))
        if len(batch) >= BATCH:
            Message.objects.bulk_create(batch, ignore_conflicts=True)
            batch.clear()
    Message.objects.bulk_create(batch, ignore_conflicts=True)
    written = claims.write_dispatches(reason_ids=[reason.key], after=newest or 0)
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
    subject, text, short = words_in(message.sealed, str(message.key))
    return Content(text=text, subject=subject, short=short)


def words_in(sealed: bytes | memoryview, key: str) -> list[str]:
    """Open the sealed words of the row with this key: subject, text, short text."""
    row = cast(UUID, key)  # the seal is bound to the key in its usual form; no need to parse it
    return sealing.open_sealed(sealed, table=TABLE, column="sealed", row=row).split(UNIT, 2)


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
    return claims.write_dispatches(reason_ids=sorted({message.reason_id for message in further}))


@transaction.atomic
def note_report(
    *, key: UUID, sender_id: UUID, is_delivered: bool, why: str = "", at: datetime
) -> bool:
    """Note what a gateway reports of a message it had; a failure climbs the ladder. Safe to repeat."""
    had = Q(sender=sender_id) | Q(dispatch__sender=sender_id)
    told = Message.objects.select_for_update(of=("self",)).filter(had, key=key)
    reported = told.exclude(state__in=_DEAF_TO[is_delivered]).first()
    if reported is None:
        return False
    Dispatch.objects.filter(message=reported).delete()
    if is_delivered:
        Message.objects.filter(pk=reported.pk).update(
            state=MessageState.DELIVERED, delivered_at=at, failure=""
        )
        if reported.crisis_id is not None:
            News.objects.create(message=reported, is_delivered=True)
    else:
        end(ids=[reported.pk], state=MessageState.FAILED, why=why or UNDELIVERED, at=at)
    return True


def end(
    *, ids: Collection[int], state: MessageState, why: str, at: datetime, is_climbing: bool = True
) -> None:
    """End the sending of some messages; those that failed climb the ladder. In the caller's transaction."""
    Dispatch.objects.filter(message__in=ids).delete()
    Message.objects.filter(pk__in=ids).update(state=state, failure=why[:200])
    if state == MessageState.FAILED and is_climbing:
        climb(failed=ids, at=at)


@transaction.atomic
def note_stop(*, key: UUID, sender_id: UUID, at: datetime) -> bool:
    """Note that a gateway reports STOP for the contact point of a message it had. Safe to repeat."""
    point = Message.objects.filter(key=key, sender=sender_id).values("contact_point")
    return bool(
        ContactPoint.objects.filter(pk__in=point, stopped_at__isnull=True).update(stopped_at=at)
    )


@transaction.atomic
def send_again(*, message: Message, by: Actor, at: datetime) -> bool:
    """Put a failed or undecided message back in line, on a person's word. Safe to repeat."""
    changed = Message.objects.filter(
        pk=message.pk, state__in=[MessageState.FAILED, MessageState.UNCERTAIN]
    ).update(state=MessageState.QUEUED, failure="")
    if changed:
        claims.write_dispatches(reason_ids=[message.reason_id])
        Dispatch.objects.filter(message=message).update(
            state=MessageState.QUEUED, due_at=at, tries=0, is_held=False
        )
    return _noted("message.sent_again", changed, message, by, at)


@transaction.atomic
def take_as_sent(*, message: Message, by: Actor, at: datetime) -> bool:
    """Take an undecided message as sent, on a person's word. Safe to repeat."""
    changed = Message.objects.filter(pk=message.pk, state=MessageState.UNCERTAIN).update(
        state=MessageState.SENT, sent_at=at
    )
    if changed:
        Dispatch.objects.filter(message=message).delete()
        if message.crisis_id is not None:
            News.objects.create(message=message, is_delivered=False)
    return _noted("message.taken_as_sent", changed, message, by, at)


@transaction.atomic
def hold(*, message: Message, by: Actor, at: datetime) -> bool:
    """Hold a waiting message back. Safe to repeat; one that is being sent cannot be held."""
    changed = Dispatch.objects.filter(
        message=message, state=MessageState.QUEUED, is_held=False
    ).update(is_held=True)
    return _noted("message.held", changed, message, by, at)


@transaction.atomic
def let_go(*, message: Message, by: Actor, at: datetime) -> bool:
    """Let a message go that was held back. Safe to repeat."""
    changed = Dispatch.objects.filter(message=message, is_held=True).update(is_held=False)
    return _noted("message.let_go", changed, message, by, at)


@transaction.atomic
def hold_all(*, reason_id: UUID, is_held: bool) -> int:
    """Hold back, or let go, what still waits of one reason. The caller's deed is audited. Safe to repeat."""
    return Dispatch.objects.filter(
        message__reason_id=reason_id, state=MessageState.QUEUED, is_held=not is_held
    ).update(is_held=is_held)


@transaction.atomic
def withdraw_all(*, reason_id: UUID, why: str) -> int:
    """Withdraw what still waits of one reason. The caller's deed is audited. Safe to repeat."""
    waiting = list(
        Dispatch.objects.select_for_update(of=("self",))
        .filter(message__reason_id=reason_id, state=MessageState.QUEUED)
        .values_list("pk", flat=True)
    )
    for start in range(0, len(waiting), BATCH):
        ids = waiting[start : start + BATCH]
        Dispatch.objects.filter(pk__in=ids).delete()
        Message.objects.filter(pk__in=ids).update(state=MessageState.STOPPED, failure=why[:200])
    return len(waiting)


@transaction.atomic
def tell_cases(*, by: Actor, at: datetime, limit: int = 5_000) -> int:
    """Tell the cases what went out and what arrived, in the time of their crisis. Safe to repeat."""
    chosen = list(
        News.objects.select_for_update(of=("self",))
        .order_by("id")
        .values_list("pk", "is_delivered", "message__crisis_id", "message__person_id")[:limit]
    )
    for crisis in Crisis.objects.filter(pk__in={row[2] for row in chosen}):
        for is_delivered in (False, True):
            people = {row[3] for row in chosen if row[1:3] == (is_delivered, crisis.pk)}
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
    News.objects.filter(pk__in=[row[0] for row in chosen]).delete()
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
    )


def _sealed(content: Content, key: UUID) -> bytes:
    parts = (content.subject, content.text, content.short)
    words = UNIT.join(part.replace(UNIT, " ") for part in parts)
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


def _noted(what: str, changed: int, message: Message, by: Actor, at: datetime) -> bool:
    if changed:
        audit.record(what=what, about=message, by=by, at=at, person_id=message.person_id)
    return bool(changed)
