"""The outbox's hands in the database: settle and claim in one short transaction, in a thread of its own."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from sojourn.foundation.access import sealing
from sojourn.foundation.jobs.rules import pause_after
from sojourn.response.outreach import claims
from sojourn.response.outreach.claims import Claimed, Taker
from sojourn.response.outreach.models.outbox import Message, Sender
from sojourn.response.outreach.operations import outbox as operations
from sojourn.response.outreach.operations.senders import password_of
from sojourn.response.outreach.rules import outbox as rules
from sojourn.response.outreach.rules.outbox import Bucket, Resolution
from sojourn.response.outreach.senders import Fate, Outcome, Parcel, Route
from sojourn.response.outreach.terms import Ability, MessageClass, MessageState, SenderKind

RECEIPT_INDEX: Final = "receipt"
MOST_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a claim lasts and how long a gateway may take; the lease must outlast two timeouts."""

    lease_s: float = 45.0
    timeout_s: float = 10.0
    first_pause_s: float = 2.0
    longest_pause_s: float = 300.0

    def pause_after(self, tries: int) -> timedelta:
        """Return how long to wait before a message that was tried so often is tried again."""
        return pause_after(tries, first_s=self.first_pause_s, longest_s=self.longest_pause_s)

    @property
    def begin_within_s(self) -> float:
        """Return how long after its claim a message may still be begun."""
        return self.lease_s - 2 * self.timeout_s


@dataclass(frozen=True, slots=True)
class Way:
    """A sender as the engine uses it."""

    taker: Taker
    route: Route
    ability: Ability
    connections: int
    rate_per_s: float | None
    callback_window_s: int
    pace: Pace


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one visit to the database gave: parcels to send, and when to come again for more."""

    parcels: Sequence[Parcel]
    wait_s: float = 0.0


def ways(*, worker: str, pace: Pace) -> list[Way]:
    """Return the senders that are switched on."""
    return [_way(sender, worker, pace) for sender in Sender.objects.filter(is_enabled=True)]


def receipt_sign(key: UUID) -> str:
    """Return the sign that a report on this message must carry: hard to guess, the same each time."""
    return sealing.blind_index(str(key), name=RECEIPT_INDEX).hex()


@transaction.atomic
def cycle(way: Way, settled: Sequence[tuple[Parcel, Outcome]], *, want: int) -> Cycle:
    """Write down what became of parcels, and claim up to `want` more. One transaction, one commit."""
    at = datetime.now(UTC)
    if settled:
        _settle(way, settled, at)
    if want <= 0:
        return Cycle(())
    wait_s = 0.0
    if way.rate_per_s is not None:
        want, wait_s = _allowed(way, want, at)
        if want == 0:
            return Cycle((), wait_s)
    lease_until = at + timedelta(seconds=way.pace.lease_s)
    with connection.cursor() as cursor:
        claimed = claims.claim(cursor, way.taker, limit=want, at=at, lease_until=lease_until)
    if way.rate_per_s is not None:
        _take_tokens(way, len(claimed))
    send_before = time.monotonic() + way.pace.begin_within_s
    return Cycle([_parcel(row, way, send_before) for row in claimed], wait_s)


def has_waiting(way: Way) -> bool:
    """Return whether anything waits for a sender. Reads only, so it costs no write lock."""
    taker = way.taker
    return Message.objects.filter(
        state=MessageState.QUEUED,
        channel=taker.channel,
        organisation_id=taker.organisation_id,
        is_exercise=taker.is_exercise,
        not_before__lte=datetime.now(UTC),
        is_held=False,
    ).exists()


def note_pause(way: Way, *, seconds: float) -> None:
    """Write down that a gateway could not be reached, for the page of senders."""
    until = datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None
    Sender.objects.filter(pk=way.taker.sender_id).update(paused_until=until)


@transaction.atomic
def sweep(*, at: datetime) -> int:
    """Notice leases that ran out: nobody knows whether those messages were sent. Safe to repeat."""
    silent = Message.objects.filter(state=MessageState.CLAIMED, lease_until__lt=at)
    if not silent.exists():
        return 0
    total = 0
    for sender in Sender.objects.filter(pk__in=silent.values("sender")):
        rest = rules.settling_time(
            Ability(sender.ability), callback_window_s=sender.callback_window_s
        )
        total += silent.filter(sender=sender).update(
            state=MessageState.UNCERTAIN,
            failure="the worker fell silent while sending",
            lease_until=None,
            resolve_after=at + rest,
        )
    return total


@transaction.atomic
def resolve(way: Way) -> list[tuple[int, UUID]]:
    """Resolve what is due by what the sender can do; return (id, key) of those it must be asked about."""
    at = datetime.now(UTC)
    due = list(
        Message.objects.filter(
            state=MessageState.UNCERTAIN, sender=way.taker.sender_id, resolve_after__lte=at
        ).order_by("resolve_after")[:MOST_AT_ONCE]
    )
    to_ask: list[tuple[int, UUID]] = []
    for message in due:
        resolution = rules.resolution_of(
            ability=way.ability,
            message_class=MessageClass(message.message_class),
            has_waited=True,
        )
        if message.tries >= rules.MOST_TRIES:
            resolution = Resolution.HOLD
        if resolution == Resolution.ASK:
            to_ask.append((message.pk, message.key))
        elif resolution == Resolution.HOLD:
            _uncertain([message.pk]).update(resolve_after=None)
        else:
            _send_again(message, way.pace, at)
    return to_ask


@transaction.atomic
def settle_asked(
    way: Way, *, has: Sequence[int], has_not: Sequence[int], unknown: Sequence[int]
) -> None:
    """Write down what a gateway said of messages it was asked about."""
    at = datetime.now(UTC)
    if has:
        with connection.cursor() as cursor:
            claims.settle_sent(cursor, [(pk, "") for pk in has], worker=way.taker.worker, at=at)
    _uncertain(has_not).update(
        state=MessageState.QUEUED, resolve_after=None, not_before=at, failure=""
    )
    _uncertain(unknown).update(resolve_after=at + way.pace.pause_after(2))


def _way(sender: Sender, worker: str, pace: Pace) -> Way:
    receipts_url = f"{settings.SITE_URL}/outbox/receipts/{sender.pk}/{{key}}/"
    route = Route(
        kind=sender.kind,
        url=sender.url,
        ask_url=sender.ask_url,
        username=sender.username,
        password=password_of(sender),
        from_address=sender.from_address,
        receipts_url=receipts_url,
        is_loopback_only=sender.is_exercise,
        timeout_s=pace.timeout_s,
    )
    taker = Taker(
        sender_id=sender.pk,
        organisation_id=sender.organisation_id,
        channel=sender.channel,
        is_exercise=sender.is_exercise,
        worker=worker,
    )
    return Way(
        taker=taker,
        route=route,
        ability=Ability(sender.ability),
        connections=sender.connections,
        rate_per_s=sender.rate_per_s,
        callback_window_s=sender.callback_window_s,
        pace=pace,
    )


def _parcel(row: Claimed, way: Way, send_before: float) -> Parcel:
    content = operations.content_in(row.sealed, row.key)
    return Parcel(
        id=row.id,
        key=row.key,
        address="" if row.is_invalid else row.address,
        subject=content.subject,
        text=content.text,
        short_text=content.short,
        language=row.language,
        tries=row.tries,
        receipt_sign=receipt_sign(row.key) if way.route.kind == SenderKind.KANNEL else "",
        send_before=send_before,
    )


def _allowed(way: Way, want: int, at: datetime) -> tuple[int, float]:
    """Return how many may be taken now and when one more may be, with the bucket locked and filled."""
    sender = Sender.objects.select_for_update().get(pk=way.taker.sender_id)
    rate = sender.rate_per_s
    if rate is None:
        return want, 0.0
    bucket = Bucket(sender.tokens, sender.tokens_at, rate).filled(at)
    Sender.objects.filter(pk=sender.pk).update(tokens=bucket.tokens, tokens_at=at)
    most = min(want, bucket.whole)
    return most, bucket.without(most).wait_s


def _take_tokens(way: Way, taken: int) -> None:
    Sender.objects.filter(pk=way.taker.sender_id).update(tokens=F("tokens") - taken)


def _settle(way: Way, settled: Sequence[tuple[Parcel, Outcome]], at: datetime) -> None:
    sent = [
        (parcel.id, outcome.provider_id) for parcel, outcome in settled if outcome.fate is Fate.SENT
    ]
    if sent:
        with connection.cursor() as cursor:
            claims.settle_sent(cursor, sent, worker=way.taker.worker, at=at)
    others = [
        (_final(outcome, parcel).fate.value, outcome.reason, parcel.tries, parcel.id)
        for parcel, outcome in settled
        if outcome.fate is not Fate.SENT
    ]
    failed: list[int] = []
    for (fate, reason, tries), rows in groupby(sorted(others), key=lambda row: row[:3]):
        ids = [row[3] for row in rows]
        _settle_alike(way, ids, Outcome(Fate(fate), reason=reason), tries, at)
        if fate == Fate.FAILED.value:
            failed += ids
    if failed:
        operations.climb(failed=failed, at=at)


def _final(outcome: Outcome, parcel: Parcel) -> Outcome:
    """A gateway that refused often enough has failed."""
    if outcome.fate is Fate.REFUSED and parcel.tries >= rules.MOST_TRIES:
        return Outcome(Fate.FAILED, reason=outcome.reason)
    return outcome


def _settle_alike(way: Way, ids: Sequence[int], outcome: Outcome, tries: int, at: datetime) -> None:
    mine = Message.objects.filter(pk__in=ids, state=MessageState.CLAIMED, worker=way.taker.worker)
    pause = way.pace.pause_after(tries)
    if outcome.fate is Fate.FAILED:
        mine.update(state=MessageState.FAILED, failure=outcome.reason, lease_until=None)
    elif outcome.fate is Fate.REFUSED:
        mine.update(
            state=MessageState.QUEUED,
            failure=outcome.reason,
            lease_until=None,
            not_before=at + pause,
        )
    elif outcome.fate is Fate.UNCERTAIN:
        rest = rules.settling_time(way.ability, callback_window_s=way.callback_window_s)
        mine.update(
            state=MessageState.UNCERTAIN,
            failure=outcome.reason,
            lease_until=None,
            resolve_after=at + rest,
        )
    else:
        mine.update(state=MessageState.QUEUED, lease_until=None, tries=F("tries") - 1)


def _send_again(message: Message, pace: Pace, at: datetime) -> None:
    """Queue it again; only the sender that may have it already may try, under the same key."""
    pause = pace.pause_after(message.tries)
    _uncertain([message.pk]).update(
        state=MessageState.QUEUED,
        resolve_after=None,
        not_before=at + pause,
        bound_to=message.sender_id,
    )


def _uncertain(ids: Sequence[int]) -> QuerySet[Message]:
    return Message.objects.filter(pk__in=ids, state=MessageState.UNCERTAIN)
