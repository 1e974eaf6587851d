"""Which message goes first, what to do when nobody knows whether one was sent, and how fast a sender may go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.terms import Ability, MessageClass, Need, SenderKind

NAMESPACE: Final = UUID("9b1d6f0e-3c52-5c7e-9d0a-6f4b1f2f7a10")

# First what a person waits for in a conversation, so that a campaign never delays an answer to "help".
CLASS_RANK: Final[Mapping[MessageClass, int]] = {
    MessageClass.REPLY: 0,
    MessageClass.CODE: 1,
    MessageClass.ALERT: 2,
    MessageClass.CHECK: 3,
    MessageClass.NOTICE: 4,
}
NEED_RANK: Final[Mapping[Need, int]] = {Need.HELP: 0, Need.EXPOSED: 1, Need.OTHER: 2}
REPEATABLE: Final = frozenset({MessageClass.ALERT, MessageClass.CHECK})

CHANNEL_OF: Final[Mapping[SenderKind, Channel]] = {
    SenderKind.KANNEL: Channel.SMS,
    SenderKind.EXTERNAL: Channel.SMS,
    SenderKind.SMTP: Channel.EMAIL,
}
SCHEMES_OF: Final[Mapping[SenderKind, frozenset[str]]] = {
    SenderKind.KANNEL: frozenset({"http", "https"}),
    SenderKind.EXTERNAL: frozenset({"http", "https"}),
    SenderKind.SMTP: frozenset({"smtp", "smtps"}),
}
LOOPBACK_HOSTS: Final = frozenset({"localhost", "::1"})
MOST_TRIES: Final = 8
SETTLING: Final = timedelta(seconds=2)  # a gateway may still be reading what we wrote
BURST_SECONDS: Final = 0.2


class Resolution(StrEnum):
    """What to do with a message of which nobody knows whether it was sent."""

    SEND_AGAIN = "send_again"
    ASK = "ask"
    WAIT = "wait"
    HOLD = "hold"


class CannotUseSender(Exception):
    """The sender cannot be set up like this; the message says why."""


def key_of(*, reason_id: UUID, person_id: UUID, channel: str, step: int) -> UUID:
    """Return the key of a message: the same whenever the same thing is asked for again."""
    return uuid5(NAMESPACE, f"{reason_id}:{person_id}:{channel}:{step}")


def urgency_of(message_class: MessageClass, need: Need) -> int:
    """Return the place in line; lowest goes first, and age decides among equals."""
    return CLASS_RANK[message_class] * 10 + NEED_RANK[need]


def resolution_of(*, ability: Ability, message_class: MessageClass, has_waited: bool) -> Resolution:
    """Return how to resolve an uncertain message. `has_waited`: its callback window is over."""
    if ability == Ability.TAKES_KEY:
        return Resolution.SEND_AGAIN
    if ability == Ability.CAN_BE_ASKED:
        return Resolution.ASK
    if ability == Ability.CALLS_BACK and not has_waited:
        return Resolution.WAIT
    return Resolution.SEND_AGAIN if message_class in REPEATABLE else Resolution.HOLD


def settling_time(ability: Ability, *, callback_window_s: int) -> timedelta:
    """Return how long to let an uncertain message rest before it is resolved."""
    if ability == Ability.CALLS_BACK:
        return timedelta(seconds=callback_window_s)
    return SETTLING if ability == Ability.CAN_BE_ASKED else timedelta(0)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: `tokens` at a moment, filled at `rate_per_s` up to a fifth of a second's worth."""

    tokens: float
    at: datetime | None
    rate_per_s: float

    def filled(self, at: datetime) -> "Bucket":
        """Return the bucket as it stands at a later moment. One that was never used is full."""
        most = max(1.0, self.rate_per_s * BURST_SECONDS)
        if self.at is None:
            return Bucket(most, at, self.rate_per_s)
        elapsed_s = max(0.0, (at - self.at).total_seconds())
        return Bucket(min(most, self.tokens + elapsed_s * self.rate_per_s), at, self.rate_per_s)

    @property
    def whole(self) -> int:
        """Return how many messages may be taken now."""
        return int(self.tokens)

    def without(self, taken: int) -> "Bucket":
        """Return the bucket after some were taken."""
        return Bucket(self.tokens - taken, self.at, self.rate_per_s)

    @property
    def wait_s(self) -> float:
        """Return how long it takes until one more may be taken."""
        return max(0.0, (1.0 - self.tokens) / self.rate_per_s)


def check_can_use(*, kind: SenderKind, url: str, is_exercise: bool) -> None:
    """Refuse an address that does not fit the form, or that would let an exercise out of this machine."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES_OF[kind] or not parts.hostname:
        known = " or ".join(f"{scheme}://" for scheme in sorted(SCHEMES_OF[kind]))
        raise CannotUseSender(f"The address must begin with {known} and name a host.")
    if is_exercise and not is_loopback(parts.hostname):
        raise CannotUseSender("A sender of an exercise must be on this machine (127.0.0.1).")


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    return host in LOOPBACK_HOSTS or (host.startswith("127.") and host.count(".") == 3)
