"""The inbox in the database, without an ORM: read the providers, write many rows in one commit."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg

from sojourn.foundation.access import sealing

COLUMNS: Final = (
    "id, provider_id, provider_message_id, channel, sender_address, sealed, said_at, received_at"
)
LONGEST_INSERT: Final = 256  # rows
ON_REPEAT: Final = "ON CONFLICT (provider_id, provider_message_id) DO NOTHING"
PROVIDERS: Final = "SELECT id, form, channel, secret_sealed FROM outreach_provider WHERE is_enabled"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the inbox, ready to be written."""

    id: UUID
    provider_id: UUID
    provider_message_id: str
    channel: str
    sender_address: str
    sealed: bytes
    said_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A provider that may bring replies, with its secret opened."""

    id: UUID
    form: str
    channel: str
    secret: str


class Store(Protocol):
    """A database that keeps the inbox. One thread uses it."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows in one transaction; when it returns they are committed. A repeat adds nothing."""

    def providers(self) -> Mapping[UUID, Known]:
        """Return the providers that are switched on."""

    def close(self) -> None:
        """Close the connection."""


def store_for(settings: Mapping[str, Any], *, start: str = "") -> Store:
    """Return the store for Django's settings of a database."""
    if str(settings["ENGINE"]).endswith("sqlite3"):
        return SqliteStore(str(settings["NAME"]), start=start)
    facts = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    return PostgresStore({name: str(fact) for name, fact in facts.items() if fact})


class SqliteStore:
    """The inbox in SQLite. `start` are the pragmas under which the site writes as well."""

    def __init__(self, path: str, *, start: str) -> None:
        self.connection = sqlite3.connect(
            path, isolation_level=None, timeout=20, check_same_thread=False
        )
        self.connection.executescript(start)

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            start = 0
            while start < len(rows):
                piece = rows[start : start + _piece(len(rows) - start)]
                values = [value for row in piece for value in _cells(row)]
                self.connection.execute(_insert(len(piece)), values)
                start += len(piece)
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def providers(self) -> Mapping[UUID, Known]:
        """Return the providers that are switched on."""
        return _known(self.connection.execute(PROVIDERS).fetchall())

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class PostgresStore:
    """The inbox in PostgreSQL. A connection that broke is opened anew at the next use."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        self.facts = facts
        self.connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows in one statement and commit."""
        types = ["uuid", "uuid", "text", "text", "text", "bytea", "timestamptz", "timestamptz"]
        values = ", ".join(f"%s::{type_name}[]" for type_name in types)
        columns = [
            [row.id for row in rows],
            [row.provider_id for row in rows],
            [row.provider_message_id for row in rows],
            [row.channel for row in rows],
            [row.sender_address for row in rows],
            [row.sealed for row in rows],
            [row.said_at for row in rows],
            [row.received_at for row in rows],
        ]
        with self._opened() as connection:
            connection.execute(
                f"INSERT INTO outreach_inbound ({COLUMNS}) SELECT * FROM unnest({values}) {ON_REPEAT}",
                columns,
            )

    def providers(self) -> Mapping[UUID, Known]:
        """Return the providers that are switched on."""
        with self._opened() as connection:
            return _known(connection.execute(PROVIDERS).fetchall())

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()

    def _opened(self) -> "_Transaction":
        if self.connection is None or self.connection.closed or self.connection.broken:
            self.connection = psycopg.connect(**self.facts)  # type: ignore[arg-type]  # all are text
        return _Transaction(self.connection)


class _Transaction:
    """Commits at the end, or rolls back; unlike psycopg's own block it leaves the connection open."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.connection = connection

    def __enter__(self) -> psycopg.Connection[tuple[Any, ...]]:
        return self.connection

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.connection.commit()
        elif not self.connection.broken:
            self.connection.rollback()


def _known(rows: Sequence[Sequence[Any]]) -> Mapping[UUID, Known]:
    found = {}
    for key, form, channel, sealed in rows:
        provider_id = key if isinstance(key, UUID) else UUID(hex=str(key))
        secret = sealing.open_sealed(
            sealed, table="outreach_provider", column="secret", row=provider_id
        )
        found[provider_id] = Known(provider_id, form, channel, secret)
    return found


def _piece(left: int) -> int:
    """Return how many rows go into the next statement: a power of two, so that few statements are compiled."""
    return min(LONGEST_INSERT, 1 << (left.bit_length() - 1))


@cache
def _insert(number: int) -> str:
    """Return the statement for some rows at once.

    Row by row SQLite lets go of the interpreter and waits, beside a busy loop, to have it back each time.
    """
    marks = ", ".join(["(?,?,?,?,?,?,?,?)"] * number)
    return f"INSERT INTO outreach_inbound ({COLUMNS}) VALUES {marks} {ON_REPEAT}"


def _cells(row: Row) -> tuple[object, ...]:
    """Return a row as Django writes it into SQLite."""
    return (
        row.id.hex,
        row.provider_id.hex,
        row.provider_message_id,
        row.channel,
        row.sender_address,
        row.sealed,
        _stored(row.said_at),
        _stored(row.received_at),
    )


def _stored(moment: datetime | None) -> str | None:
    """A moment as Django writes it into SQLite."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if moment else None
