"""Read a list and look at it, before it changes anything."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from sojourn.exchange.roster_headers import Field
from sojourn.exchange.rosters import RosterOptions, RosterRow, read_roster
from sojourn.foundation.access import sealing
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.refusals import mark as _
from sojourn.preparedness.registration import queries
from sojourn.preparedness.registration.models import Import, SourceRow
from sojourn.preparedness.registration.operations.planning import plan_rows
from sojourn.preparedness.registration.rules import CannotImport
from sojourn.preparedness.registration.terms import ImportState, Judgement, Plan


@dataclass(frozen=True, slots=True)
class Brought:
    """The import of a list; `is_repeat` when the same file of the same source was there already."""

    record: Import
    is_repeat: bool


@transaction.atomic
def bring_list(
    *,
    content: bytes,
    filename: str,
    source: str,
    organisation: Organisation,
    by: User,
    at: datetime,
    office: Office | None = None,
    phone_country: str = "",
) -> Brought:
    """Read a list and plan what each row would become. Nobody is added yet. Safe to repeat.

    Raises `reading.Unreadable` when the file is no table.
    """
    digest = sha256(content).hexdigest()
    source = " ".join(source.split())
    known = Import.objects.filter(
        organisation=organisation, source=source, digest=digest, undone_at__isnull=True
    ).first()
    if known is not None:
        return Brought(known, is_repeat=True)
    options = RosterOptions(today=at.date(), phone_country=phone_country or None)
    roster = read_roster(content, filename=filename, options=options)
    record = Import.objects.create(
        organisation=organisation,
        office=office,
        source=source,
        filename=filename[-200:],
        digest=digest,
        read_as=roster.form.packed(),
        headings=list(roster.headings),
        columns={str(column): meaning.value for column, meaning in roster.columns.items()},
        phone_country=phone_country,
        rows_total=len(roster.rows),
        problems=[[problem.line, problem.sentence.packed()] for problem in roster.of_the_file],
        brought_by=by,
        brought_at=at,
    )
    rows = [_row_of(record, row) for row in roster.rows]
    _plan(rows, roster.rows, record)
    SourceRow.objects.bulk_create(rows, batch_size=500)
    audit.record(what="import.brought", about=record, by=by, at=at, rows=len(rows))
    return Brought(record, is_repeat=False)


@transaction.atomic
def map_columns(
    *, record: Import, columns: Mapping[int, Field], phone_country: str, by: User, at: datetime
) -> None:
    """Say what the columns of a list mean and plan its rows anew. Raises CannotImport once confirmed."""
    record = Import.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.state != ImportState.LOOKED_AT:
        raise CannotImport(
            _("This list was confirmed or undone. Bring the file again to change it.")
        )
    record.columns = {str(column): meaning.value for column, meaning in columns.items()}
    record.phone_country = phone_country
    record.save(update_fields=["columns", "phone_country"])
    rows = list(record.rows.order_by("line"))
    options = RosterOptions(today=at.date(), phone_country=phone_country or None)
    read = queries.read_again(record, rows, options)
    for row, understood in zip(rows, read, strict=True):
        row.judgement = Judgement.NONE
        _describe(row, understood)
    _plan(rows, read, record)
    SourceRow.objects.bulk_update(
        rows,
        [
            "problems",
            "has_problems",
            "household",
            "judgement",
            "plan",
            "match",
            "match_why",
            "likeness",
            "repeats_line",
        ],
        batch_size=200,
    )
    audit.record(what="import.mapped", about=record, by=by, at=at)


@transaction.atomic
def judge_row(*, row: SourceRow, judgement: Judgement, by: User, at: datetime) -> None:
    """Say whether a row is somebody of the register. It may be said anew until the row is added."""
    row = SourceRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.done_at is not None or row.match_id is None:
        raise CannotImport(_("This row was added already, or there is nobody to compare it with."))
    row.judgement = judgement
    row.judged_by = by
    row.save(update_fields=["judgement", "judged_by"])
    audit.record(
        what="row.judged", about=row, by=by, at=at, person_id=row.match_id, judgement=judgement
    )


def _row_of(record: Import, understood: RosterRow) -> SourceRow:
    key = uuid7()
    row = SourceRow(
        id=key,
        record=record,
        line=understood.line,
        cells_sealed=sealing.seal(
            json.dumps(understood.cells, ensure_ascii=False),
            table="registration_sourcerow",
            column="cells",
            row=key,
        ),
        plan=Plan.NEW,
    )
    _describe(row, understood)
    return row


def _describe(row: SourceRow, understood: RosterRow) -> None:
    row.problems = [[problem.column, problem.sentence.packed()] for problem in understood.problems]
    row.has_problems = bool(understood.problems)
    named = " ".join(understood.household.casefold().split())
    row.household = sha256(named.encode()).hexdigest()[:32] if named else ""


def _plan(rows: Sequence[SourceRow], read: Sequence[RosterRow], record: Import) -> None:
    planned = plan_rows(read, organisation=record.organisation)
    for row, plan in zip(rows, planned, strict=True):
        row.plan = plan.plan
        row.match_id = plan.match
        row.match_why = plan.why or ""
        row.likeness = plan.likeness
        row.repeats_line = plan.repeats_line
