"""Ways out: one module a form of gateway, one `Protocol` for all. Sockets are opened only here.

Nothing here knows Django or the database: a sender takes a parcel and says what became of it.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach one gateway. `receipts_url` is where it may report, with `receipts_sign` to be believed."""

    kind: str
    url: str
    ask_url: str = ""
    username: str = ""
    password: str = ""
    from_address: str = ""
    receipts_url: str = ""
    receipts_sign: str = ""
    is_loopback_only: bool = False
    timeout_s: float = TIMEOUT_SECONDS


@dataclass(slots=True)
class Parcel:
    """One message on its way: to one address, under its key. Personal data: never logged."""

    id: int
    key: str
    address: str
    subject: str
    text: str
    short_text: str
    language: str
    send_before: float = 0.0

    def __repr__(self) -> str:
        return f"Parcel({self.id})"


class Fate(Enum):
    """What became of a parcel, as far as we can know."""

    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    UNREACHED = "unreached"
    RELEASED = "released"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Outcome:
    """SENT: the gateway took it. FAILED: it never will. REFUSED: not now; it surely was not taken.

    UNREACHED: no gateway, not a byte went out. RELEASED: not begun. UNCERTAIN: nobody knows.
    """

    fate: Fate
    provider_id: str = ""
    reason: str = ""


RELEASED: Final = Outcome(Fate.RELEASED)


class Asked(Enum):
    """What a gateway says of a key."""

    HAS = "has"
    HAS_NOT = "has_not"
    UNKNOWN = "unknown"


class Sender(Protocol):
    """One connection to a gateway; used by one task at a time, opened when first needed."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Hand over one parcel and say what became of it. Never raises for what the network does."""
        ...

    async def ask(self, key: str) -> Asked:
        """Ask whether the gateway has a message."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...
