"""Events as the database has them, in text, read in the order of the chain without making objects of them.

What is sealed and what is verified are read by this one piece of code, so that both see the same bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from sojourn.foundation.audit.rules.chain import Stored

BATCH: Final = 10_000
_TO_THE_SECOND: Final = "2026-03-01 12:00:00"
_BARE_LENGTH: Final = 32

# The columns of an event as text, in the order of `Stored`. SQLite keeps keys without hyphens and moments with a space.
_POSTGRESQL: Final = """
    event.id::text, event.what, event.about, event.by,
    to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    event.keys::text, event.person_id::text, event.is_read
"""
_SQLITE: Final = """
    event.id || '', event.what, event.about, event.by, event.at || '',
    event.keys || '', event.person_id || '', event.is_read
"""


class SealedEvent(NamedTuple):
    """A seal and its event; the event is None when it was deleted."""

    number: int
    hash: bytes
    event_id: str
    event: Stored | None


class WaitingEvent(NamedTuple):
    """A place in the queue for a seal, and the event that holds it."""

    pending_id: int
    event: Stored


def sealed(*, after: int, upto: int) -> Iterator[list[SealedEvent]]:
    """Yield seals with their events in the order of the chain, in batches."""
    last = after
    while last < upto:
        rows = _rows(
            f"SELECT seal.number, seal.hash, {_seal_key()}, {_columns()}"
            " FROM audit_seal AS seal LEFT JOIN audit_auditevent AS event ON event.id = seal.event_id"
            " WHERE seal.number > %s AND seal.number <= %s ORDER BY seal.number LIMIT %s",
            [last, upto, BATCH],
        )
        if not rows:
            return
        event_of = _reader()
        batch = [
            SealedEvent(number, bytes(hash_), _hyphened(key), event_of(row) if row[0] else None)
            for number, hash_, key, *row in rows
        ]
        last = batch[-1].number
        yield batch


def waiting(*, limit: int) -> list[WaitingEvent]:
    """Return the events that wait for a seal, oldest first."""
    rows = _rows(
        f"SELECT pending.id, {_columns()} FROM audit_pending AS pending"
        " JOIN audit_auditevent AS event ON event.id = pending.event_id"
        " ORDER BY pending.id LIMIT %s",
        [limit],
    )
    event_of = _reader()
    return [WaitingEvent(pending_id, event_of(row)) for pending_id, *row in rows]


def _rows(query: str, values: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _columns() -> str:
    return _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE


def _seal_key() -> str:
    return "seal.event_id::text" if connection.vendor == "postgresql" else "seal.event_id || ''"


def _reader() -> Callable[[Sequence[Any]], Stored]:
    """What makes an event of a row; asked for once a batch."""
    return Stored._make if connection.vendor == "postgresql" else _from_sqlite


def _from_sqlite(row: Sequence[Any]) -> Stored:
    key, what, about, by, at, keys, person, is_read = row
    return Stored(
        _hyphened(key),
        what,
        about,
        by,
        f"{at[:10]}T{at[11:]}{'' if len(at) > len(_TO_THE_SECOND) else '.000000'}+00:00",
        keys,
        _hyphened(person) if person else None,
        is_read,
    )


def _hyphened(key: str) -> str:
    """A key as it is written everywhere; SQLite keeps it without hyphens."""
    if len(key) != _BARE_LENGTH:
        return key
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
