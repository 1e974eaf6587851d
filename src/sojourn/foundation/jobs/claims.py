"""Claiming rows of a table for one worker, so that no other takes them: one statement, committed first.

PostgreSQL passes over rows that others hold (`FOR UPDATE SKIP LOCKED`); SQLite has one writer at a time, and
every transaction here begins IMMEDIATE. The outbox and the jobs both claim by this code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What to claim, as pieces of SQL.

    `table` is called `m` in `sets` and `returning`, and `waiting` in `where` and `order`.
    """

    table: str
    sets: str
    where: str
    order: str
    returning: str = ""


def sql_of(claim: Claim, *, vendor: str) -> str:
    """Return the one statement that claims. Parameters: those of `sets`, those of `where`, the limit."""
    returning = f" RETURNING {claim.returning}" if claim.returning else ""
    pick = (
        f"SELECT waiting.id FROM {claim.table} AS waiting"
        f" WHERE {claim.where} ORDER BY {claim.order} LIMIT %s"
    )
    if vendor == "postgresql":
        # An array is looked up by the key whatever the statistics say; a join may read the whole table.
        pick = f"ANY(ARRAY({pick} FOR UPDATE OF waiting SKIP LOCKED))"
        return f"UPDATE {claim.table} AS m SET {claim.sets} WHERE m.id = {pick}{returning}"
    return f"UPDATE {claim.table} AS m SET {claim.sets} WHERE m.id IN ({pick}){returning}"


def run(
    cursor: CursorWrapper, claim: Claim, parameters: Sequence[object], *, limit: int
) -> list[Row]:
    """Claim up to `limit` rows and return what `returning` asks for. `parameters`: of `sets`, then of `where`."""
    sql = sql_of(claim, vendor=cursor.db.vendor)
    cursor.execute(sql, [plain(value, cursor.db) for value in (*parameters, limit)])
    return list(cursor.fetchall()) if claim.returning else []


def plain(value: Any, database: BaseDatabaseWrapper) -> Any:
    """Return a value as the driver of this database takes it."""
    if isinstance(value, UUID):
        return value if database.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    return value
