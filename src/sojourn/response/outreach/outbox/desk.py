"""The outbox's hands in the database: settle and claim in one short transaction, in a thread of its own."""

import logging
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
from sojourn.response.outreach.models.outbox import Dispatch, Message, Sender
from sojourn.response.outreach.operations import outbox as operations
from sojourn.response.outreach.operations.senders import password_of
from sojourn.response.outreach.rules import outbox as rules
from sojourn.response.outreach.rules.outbox import Bucket, Resolution
from sojourn.response.outreach.senders import Fate, Outcome, Parcel, Route
from sojourn.response.outreach.terms import Ability, MessageClass, MessageState

logger = logging.getLogger(__name__)

RECEIPTS_INDEX: Final = "receipts"
MOST_AT_ONCE: Final = 1_000
BENT: Final = "its words cannot be opened: changed, or sealed under another key"
INVALID: Final = "the network says this address does not exist"


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
    claimed: int = 0


def ways(*, worker: str, pace: Pace) -> list[Way]:
    """Return the senders that are switched on."""
    return [_way(sender, worker, pace) for sender in Sender.objects.filter(is_enabled=True)]


def receipts_sign(sender_id: UUID) -> str:
    """Return the sign that a sender's reports must carry: hard to guess, the same each time."""
    return sealing.blind_index(str(sender_id), name=RECEIPTS_INDEX).hex()


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
    return Cycle(_parcels(_sendable(claimed, at), send_before, at), wait_s, len(claimed))


def has_waiting(way: Way) -> bool:
    """Return whether anything waits for a sender. Reads only, so it costs no write lock."""
    taker = way.taker
    return Dispatch.objects.filter(
        channel=taker.channel,
        organisation_id=taker.organisation_id,
        is_exercise=taker.is_exercise,
        state=MessageState.QUEUED,
        due_at__lte=datetime.now(UTC),
        is_held=False,
    ).exists()


def note_pause(way: Way, *, seconds: float) -> None:
    """Write down that a gateway could not be reached, for the page of senders."""
    until = datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None
    Sender.objects.filter(pk=way.taker.sender_id).update(paused_until=until)


def sweep(*, at: datetime) -> int:
    """Notice leases that ran out: nobody knows whether those messages were sent. Safe to repeat."""
    silent = Dispatch.objects.filter(state=MessageState.CLAIMED, due_at__lt=at)
    total = 0
    for sender in Sender.objects.filter(pk__in=list(silent.values_list("sender", flat=True))):
        with transaction.atomic():
            ids = list(
                silent.filter(sender=sender)
                .select_for_update(
                    skip_locked=connection.features.has_select_for_update_skip_locked
                )
                .values_list("pk", flat=True)[:MOST_AT_ONCE]
            )
            rest = rules.settling_time(
                Ability(sender.ability), callback_window_s=sender.callback_window_s
            )
            _doubt(ids, why="the worker fell silent while sending", due_at=at + rest)
            total += len(ids)
    return total


@transaction.atomic
def resolve(way: Way) -> list[tuple[int, str]]:
    """Resolve what is due by what the sender can do; return (id, key) of those it must be asked about."""
    at = datetime.now(UTC)
    to_ask: list[tuple[int, str]] = []
    due = Dispatch.objects.filter(
        state=MessageState.UNCERTAIN, sender=way.taker.sender_id, due_at__lte=at
    )
    for dispatch in due.select_related("message").order_by("due_at")[:MOST_AT_ONCE]:
        resolution = rules.resolution_of(
            ability=way.ability,
            message_class=MessageClass(dispatch.message.message_class),
            has_waited=True,
        )
        if dispatch.tries >= rules.MOST_TRIES:
            resolution = Resolution.HOLD
        if resolution == Resolution.ASK:
            to_ask.append((dispatch.pk, str(dispatch.message.key)))
        elif resolution == Resolution.HOLD:
            _uncertain([dispatch.pk]).update(due_at=None)
        else:
            # Only the sender that may have it already may try, under the same key.
            _back_in_line([dispatch.pk], at + way.pace.pause_after(dispatch.tries), way)
    return to_ask


def has_doubts(way: Way) -> bool:
    """Return whether anything uncertain is due for a sender. Reads only."""
    return Dispatch.objects.filter(
        state=MessageState.UNCERTAIN, sender=way.taker.sender_id, due_at__lte=datetime.now(UTC)
    ).exists()


@transaction.atomic
def settle_asked(
    way: Way, *, has: Sequence[int], has_not: Sequence[int], unknown: Sequence[int]
) -> None:
    """Write down what a gateway said of messages it was asked about."""
    at = datetime.now(UTC)
    if has:
        with connection.cursor() as cursor:
            claims.settle_sent(cursor, [(pk, "") for pk in has], taker=way.taker, at=at)
    _back_in_line(has_not, at, None)
    _uncertain(unknown).update(due_at=at + way.pace.pause_after(2))


def _way(sender: Sender, worker: str, pace: Pace) -> Way:
    receipts_url = f"{settings.SITE_URL}/outreach/receipts/{sender.pk}/{{key}}/"
    route = Route(
        kind=sender.kind,
        url=sender.url,
        ask_url=sender.ask_url,
        username=sender.username,
        password=password_of(sender),
        from_address=sender.from_address,
        receipts_url=receipts_url,
        receipts_sign=receipts_sign(sender.pk),
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


def _parcels(rows: Sequence[Claimed], send_before: float, at: datetime) -> list[Parcel]:
    """Open what was claimed. A row that was bent fails and is logged; it must not hold up the others."""
    parcels: list[Parcel] = []
    bent: list[int] = []
    for row in rows:
        try:
            subject, text, short_text = operations.words_in(row.sealed, row.key)
        except (sealing.CannotOpen, ValueError):
            logger.exception("message %s cannot be opened", row.id)
            bent.append(row.id)
            continue
        parcels.append(
            Parcel(
                row.id, row.key, row.address, subject, text, short_text, row.language, send_before
            )
        )
    if bent:
        operations.end(ids=bent, state=MessageState.FAILED, why=BENT, at=at, is_climbing=False)
    return parcels


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
            claims.settle_sent(cursor, sent, taker=way.taker, at=at)
    others = sorted(
        (outcome.fate.value, outcome.reason, parcel.id)
        for parcel, outcome in settled
        if outcome.fate is not Fate.SENT
    )
    for (fate, reason), rows in groupby(others, key=lambda row: row[:2]):
        _settle_alike(way, [row[2] for row in rows], Outcome(Fate(fate), reason=reason), at)


def _settle_alike(way: Way, ids: Sequence[int], outcome: Outcome, at: datetime) -> None:
    """Settle messages that fared alike, those of them that are still ours."""
    mine = Dispatch.objects.filter(pk__in=ids, state=MessageState.CLAIMED, worker=way.taker.worker)
    if outcome.fate in {Fate.UNREACHED, Fate.RELEASED}:
        mine.update(state=MessageState.QUEUED, due_at=at, tries=F("tries") - 1)
        return
    tries = dict(mine.values_list("pk", "tries"))
    if outcome.fate is Fate.UNCERTAIN:
        rest = rules.settling_time(way.ability, callback_window_s=way.callback_window_s)
        _doubt(list(tries), why=outcome.reason, due_at=at + rest)
    elif outcome.fate is Fate.FAILED:
        _fail(list(tries), outcome.reason, at)
    else:
        # A gateway that refused often enough has failed.
        _fail(
            [pk for pk, number in tries.items() if number >= rules.MOST_TRIES], outcome.reason, at
        )
        for number in sorted(set(tries.values())):
            mine.filter(tries=number).update(
                state=MessageState.QUEUED, due_at=at + way.pace.pause_after(number)
            )


def _fail(ids: Sequence[int], why: str, at: datetime) -> None:
    operations.end(ids=ids, state=MessageState.FAILED, why=why, at=at)


def _sendable(claimed: Sequence[Claimed], at: datetime) -> list[Claimed]:
    """End what was stopped, or whose address the network does not know, since it was written."""
    if stopped := [row.id for row in claimed if row.is_stopped]:
        operations.end(ids=stopped, state=MessageState.STOPPED, why="", at=at)
    if invalid := [row.id for row in claimed if row.is_invalid and not row.is_stopped]:
        _fail(invalid, INVALID, at)
    return [row for row in claimed if not (row.is_stopped or row.is_invalid)]


def _doubt(ids: Sequence[int], *, why: str, due_at: datetime) -> None:
    Dispatch.objects.filter(pk__in=ids).update(state=MessageState.UNCERTAIN, due_at=due_at)
    Message.objects.filter(pk__in=ids).update(state=MessageState.UNCERTAIN, failure=why)


def _back_in_line(ids: Sequence[int], due_at: datetime, bound_to: Way | None) -> None:
    sender_id = bound_to.taker.sender_id if bound_to else None
    _uncertain(ids).update(state=MessageState.QUEUED, due_at=due_at, bound_to=sender_id)
    Message.objects.filter(pk__in=ids, state=MessageState.UNCERTAIN).update(
        state=MessageState.QUEUED, failure=""
    )


def _uncertain(ids: Sequence[int]) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(pk__in=ids, state=MessageState.UNCERTAIN)
