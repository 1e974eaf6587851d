"""Claiming rows of a table for one worker, so that no other takes them. Committed before the deed begins.

PostgreSQL: one statement that passes over rows which others hold (`FOR UPDATE SKIP LOCKED`). SQLite: one writer
at a time, every transaction begins IMMEDIATE; the keys come back as one value, because row by row SQLite
lets go of the interpreter and, with a busy thread beside it, waits up to 5 ms to have it again.
The outbox and the jobs both claim by this code.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What to claim, as pieces of SQL: in `where` and `order` the table is called `waiting`."""

    table: str
    key: str
    sets: str
    where: str
    order: str

    @property
    def pick(self) -> str:
        """Return the query for what may be claimed; its last parameter is the limit."""
        return (
            f"SELECT waiting.{self.key} FROM {self.table} AS waiting"
            f" WHERE {self.where} ORDER BY {self.order} LIMIT %s"
        )


def run(
    cursor: CursorWrapper,
    claim: Claim,
    *,
    sets: Sequence[object],
    where: Sequence[object],
    limit: int,
) -> list[Any]:
    """Claim up to `limit` rows within a transaction and return their keys. `sets`, `where`: parameters."""
    new = [plain(value, cursor.db) for value in sets]
    old = [plain(value, cursor.db) for value in (*where, limit)]
    if cursor.db.vendor == "postgresql":
        # An array is looked up by the key whatever the statistics say; a join may read the whole table.
        cursor.execute(
            f"UPDATE {claim.table} SET {claim.sets} WHERE {claim.key} ="
            f" ANY(ARRAY({claim.pick} FOR UPDATE OF waiting SKIP LOCKED)) RETURNING {claim.key}",
            [*new, *old],
        )
        return [row[0] for row in cursor.fetchall()]
    cursor.execute(f"SELECT json_group_array({claim.key}) FROM ({claim.pick})", old)
    picked = cursor.fetchone()[0]
    cursor.execute(
        f"UPDATE {claim.table} SET {claim.sets} WHERE {claim.key}"
        " IN (SELECT value FROM json_each(%s))",
        [*new, picked],
    )
    return list(json.loads(picked))


def plain(value: Any, database: BaseDatabaseWrapper) -> Any:
    """Return a value as the driver of this database takes it."""
    if isinstance(value, UUID):
        return value if database.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    return value
