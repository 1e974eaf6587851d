"""How events are written down and chained: SHA-256 over a canonical form and the link before."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

GENESIS: Final = b"\x00" * 32
NUMBER_BYTES: Final = 8
PERSON: Final = "00000000-0000-0000-0000-000000000000"  # stands in for whoever it is
_write: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class Stored(NamedTuple):
    """An event as the database gives it back, all in text: `at` in ISO 8601, UTC, to the microsecond."""

    event_id: str
    what: str
    about: str
    by: str
    at: str
    keys: str  # a JSON object
    person_id: str | None
    is_read: bool


def canonical(event: Stored) -> bytes:
    """Return the bytes that stand for an event, the same on every machine and database.

    They are a JSON object without spaces, its names in order: about, at, by, id, keys, what. Among the keys
    are `is_read` and, where there is one, `person`.
    """
    before, after = _keys(event.keys, event.is_read, event.person_id is not None)
    keys = f"{before}{event.person_id}{after}" if event.person_id else before
    return (
        f'{{"about":{_write(event.about)},"at":"{event.at}","by":{_write(event.by)},'
        f'"id":"{event.event_id}","keys":{keys},"what":{_write(event.what)}}}'
    ).encode()


def link(previous: bytes, number: int, event: bytes) -> bytes:
    """Return the hash that seals an event as the `number`-th of the chain (from 1)."""
    return sha256(previous + number.to_bytes(NUMBER_BYTES, "big") + event).digest()


def plain(value: object) -> object:
    """Return a key as JSON can hold it. Names and free text do not belong here; callers pass keys."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)


@lru_cache(maxsize=4096)
def _keys(keys: str, is_read: bool, has_person: bool) -> tuple[str, str]:
    """The keys written in order, in two parts: up to the key of the person, and after it."""
    named = json.loads(keys) | {"is_read": is_read}
    if not has_person:
        return _write(named), ""
    before, _, after = _write(named | {"person": PERSON}).partition(f'"person":"{PERSON}"')
    return f'{before}"person":"', f'"{after}'
