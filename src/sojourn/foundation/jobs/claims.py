"""Claiming rows of a table for one worker, so that no other takes them: one statement, committed first.

PostgreSQL passes over rows that others hold (`FOR UPDATE SKIP LOCKED`); SQLite has one writer at a time, and
every transaction here begins IMMEDIATE. The outbox and the jobs both claim by this code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

Row = tuple[object, ...]


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
    """Return the one statement that claims. Parameters: those of `where`, the limit, those of `sets`."""
    lock = " FOR UPDATE OF waiting SKIP LOCKED" if vendor == "postgresql" else ""
    hint = "MATERIALIZED " if vendor == "postgresql" else ""
    returning = f" RETURNING {claim.returning}" if claim.returning else ""
    return (
        f"WITH picked AS {hint}(SELECT waiting.id FROM {claim.table} AS waiting"
        f" WHERE {claim.where} ORDER BY {claim.order} LIMIT %s{lock})"
        f" UPDATE {claim.table} AS m SET {claim.sets}"
        f" WHERE m.id IN (SELECT id FROM picked){returning}"
    )


def run(
    cursor: CursorWrapper, claim: Claim, parameters: Sequence[object], *, limit: int
) -> list[Row]:
    """Claim up to `limit` rows and return what `returning` asks for. `parameters`: of `where`, then of `sets`."""
    sql = sql_of(claim, vendor=cursor.db.vendor)
    in_where = claim.where.count("%s")
    values = [*parameters[:in_where], limit, *parameters[in_where:]]
    cursor.execute(sql, [plain(value, cursor.db) for value in values])
    return list(cursor.fetchall()) if claim.returning else []


def plain(value: object, database: BaseDatabaseWrapper) -> object:
    """Return a value as the driver of this database takes it."""
    if isinstance(value, UUID):
        return value if database.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    return value
