"""Say what the columns of a list mean. It is remembered for the next list of the source with these headings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import transaction

from sojourn.exchange.roster_headers import Field
from sojourn.exchange.rosters import RosterOptions
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.organisations.models import User
from sojourn.foundation.refusals import mark as _
from sojourn.preparedness.registration import queries
from sojourn.preparedness.registration.models import ColumnsSaid, Import, SourceRow
from sojourn.preparedness.registration.operations.describing import describe, take_plan
from sojourn.preparedness.registration.operations.planning import plan_rows
from sojourn.preparedness.registration.rules import CannotImport, headings_digest
from sojourn.preparedness.registration.terms import ImportState, Judgement

AT_ONCE: Final = 200
_PLANNED: Final = (
    "problems",
    "has_problems",
    "household",
    "judgement",
    "plan",
    "match",
    "match_why",
    "likeness",
    "repeats_line",
)


@transaction.atomic
def map_columns(
    *, record: Import, columns: Mapping[int, Field], phone_country: str, by: User, at: datetime
) -> None:
    """Say what the columns of a list mean; `look_again` then plans its rows anew.

    Raises CannotImport once it was confirmed.
    """
    record = Import.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.state != ImportState.LOOKED_AT:
        raise CannotImport(
            _("This list was confirmed or undone. Bring the file again to change it.")
        )
    record.columns = {str(column): meaning.value for column, meaning in columns.items()}
    record.phone_country = phone_country
    record.state = ImportState.READING
    record.rows_done = 0
    record.save(update_fields=["columns", "phone_country", "state", "rows_done"])
    remember_columns(record=record, by=by, at=at)
    audit.record(what="import.mapped", about=record, by=by, at=at)


def map_alike(*, record: Import, by: User, at: datetime) -> Sequence[Import]:
    """Take the columns of a list for the others of its source that have its headings and wait as well.

    Returns those that must be looked at again.
    """
    alike = queries.lists_alike(record)
    for other in alike:
        map_columns(
            record=other,
            columns=queries.columns_of(record),
            phone_country=other.phone_country or record.phone_country,
            by=by,
            at=at,
        )
    return alike


def remember_columns(*, record: Import, by: User, at: datetime) -> None:
    """Remember what the columns of a list mean, for lists of the same source with the same headings."""
    ColumnsSaid.objects.update_or_create(
        organisation=record.organisation,
        source=record.source,
        headings_digest=headings_digest(record.headings),
        defaults={"columns": record.columns, "said_by": by, "said_at": at},
    )


def look_again(*, record: Import) -> None:
    """Plan the rows of a list anew, some at a time. Safe to repeat; killed, it goes on where it was."""
    record.refresh_from_db()
    if record.state != ImportState.READING:
        return
    rows = list(record.rows.order_by("line"))
    options = RosterOptions(
        today=record.brought_at.date(), phone_country=record.phone_country or None
    )
    read = queries.read_again(record, rows, options)
    plans = plan_rows(read, organisation=record.organisation)
    list(islice(plans, record.rows_done))
    for start in range(record.rows_done, len(rows), AT_ONCE):
        chunk = rows[start : start + AT_ONCE]
        for row, understood, plan in zip(chunk, read[start : start + AT_ONCE], plans, strict=False):
            row.judgement = Judgement.NONE
            describe(row, understood)
            take_plan(row, plan)
        with transaction.atomic():
            SourceRow.objects.bulk_update(chunk, _PLANNED)
            Import.objects.filter(pk=record.pk).update(rows_done=start + len(chunk))
    Import.objects.filter(pk=record.pk, state=ImportState.READING).update(
        state=ImportState.LOOKED_AT, rows_done=0
    )
    record.refresh_from_db()
