"""Many new rows at once, several times faster than a row at a time through the ORM's compiler.

One prepared statement on SQLite, COPY on PostgreSQL; part of the open transaction like any other write.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

Value = Any  # of a column; each field knows its own kind


def insert(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model. Raises IntegrityError as a save would.

    Keys that the database makes are not read back: such rows are for writing only.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = [field for field in meta.concrete_fields if not _is_made_there(field, rows[0])]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(meta.db_table)
    prepare = _preparer()
    values = (
        tuple(prepare(field, getattr(row, field.attname)) for field in fields) for row in rows
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
            ):
                for row in values:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(values))
    for one in rows:
        one._state.adding, one._state.db = False, connection.alias


def _is_made_there(field: "models.Field[Value, Value]", row: models.Model) -> bool:
    """Return whether the database numbers a column itself."""
    return isinstance(field, models.AutoField) and getattr(row, field.attname) is None


def _preparer() -> "Callable[[models.Field[Value, Value], Value], Value]":
    """A function from a field and its value to what the database's driver takes; plain values go as they are."""
    is_sqlite = connection.vendor == "sqlite"
    moments: dict[datetime, Value] = {}

    def prepare(field: "models.Field[Value, Value]", value: Value) -> Value:
        kind = type(value)
        if kind in {str, int, float, bool} or value is None:
            return value
        if kind is UUID:
            return value.hex if is_sqlite else value
        if kind is datetime:
            if value not in moments:
                moments[value] = connection.ops.adapt_datetimefield_value(value)
            return moments[value]
        prepared = field.get_db_prep_save(value, connection)
        return str(prepared) if isinstance(prepared, str) else prepared

    return prepare
