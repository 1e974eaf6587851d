"""How events are written down and chained: SHA-256 over a canonical form and the link before."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

GENESIS: Final = b"\x00" * 32


def canonical(
    *, event_id: UUID, what: str, about: str, by: str, at: datetime, keys: Mapping[str, object]
) -> bytes:
    """Return the bytes that stand for an event, the same on every machine and database."""
    record = {
        "id": str(event_id),
        "what": what,
        "about": about,
        "by": by,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "keys": keys,
    }
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: bytes, number: int, event: bytes) -> bytes:
    """Return the hash that seals an event as the `number`-th of the chain (from 1)."""
    return hashlib.sha256(previous + number.to_bytes(8, "big") + event).digest()


def plain(value: object) -> object:
    """Return a key as JSON can hold it. Names and free text do not belong here; callers pass keys."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)
