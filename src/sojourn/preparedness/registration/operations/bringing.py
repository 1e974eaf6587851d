"""Read a list and look at it, before it changes anything. Long lists are written in short steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Max

from sojourn.exchange.roster_headers import Field
from sojourn.exchange.rosters import Roster, RosterOptions, RosterRow, read_roster
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.refusals import mark as _
from sojourn.preparedness.registration import queries
from sojourn.preparedness.registration.models import Import, SourceRow
from sojourn.preparedness.registration.operations.describing import row_of, take_plan
from sojourn.preparedness.registration.operations.planning import plan_rows
from sojourn.preparedness.registration.rules import CannotImport
from sojourn.preparedness.registration.terms import ImportState, Judgement

AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Brought:
    """The import of a list; `is_repeat` when the same file of the same source was there already."""

    record: Import
    is_repeat: bool


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
    """Read a list and plan what each row would become. Nobody is added yet.

    Safe to repeat, and to be killed: called again it goes on where it was. No lock is held while the
    file is read. Raises `reading.Unreadable` when the file is no table.
    """
    digest = sha256(content).hexdigest()
    source = " ".join(source.split())
    known = _known(organisation, source, digest)
    if known is not None and known.state != ImportState.READING:
        return Brought(known, is_repeat=True)
    record = known or Import(
        organisation=organisation,
        office=office,
        source=source,
        filename=filename[-200:],
        digest=digest,
        phone_country=phone_country,
        state=ImportState.READING,
        brought_by=by,
        brought_at=at,
    )
    roster = _read(record, content)
    if known is None:
        record = _begin(record, roster)
    _write_rows(record, roster.rows)
    return Brought(_end(record, by=by, at=at), is_repeat=False)


def _known(organisation: Organisation, source: str, digest: str) -> Import | None:
    return Import.objects.filter(
        organisation=organisation, source=source, digest=digest, undone_at__isnull=True
    ).first()


def _read(record: Import, content: bytes) -> Roster:
    """Read the file of an import, a begun one as it was read before."""

    def remembered(headings: tuple[str, ...]) -> Mapping[int, Field] | None:
        return queries.columns_said(record.organisation, source=record.source, headings=headings)

    options = RosterOptions(
        today=record.brought_at.date(),
        phone_country=record.phone_country or None,
        columns=None if record._state.adding else queries.columns_of(record),
        remembered=remembered,
    )
    return read_roster(content, filename=record.filename, options=options)


def _begin(record: Import, roster: Roster) -> Import:
    """Save a new import; the one that somebody else began at the same moment, if there is one."""
    record.read_as = roster.form.packed()
    record.headings = list(roster.headings)
    record.columns = {str(column): meaning.value for column, meaning in roster.columns.items()}
    record.rows_total = len(roster.rows)
    record.problems = [[problem.line, problem.sentence.packed()] for problem in roster.of_the_file]
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        known = _known(record.organisation, record.source, record.digest)
        if known is None:
            raise
        return known
    return record


def _write_rows(record: Import, read: Sequence[RosterRow]) -> None:
    """Write the rows after the last that is there, some at a time, each time as one deed."""
    last = record.rows.aggregate(last=Max("line"))["last"] or 0
    waiting = [row for row in read if row.line > last]
    plans = plan_rows(read, organisation=record.organisation)
    list(islice(plans, len(read) - len(waiting)))
    for start in range(0, len(waiting), AT_ONCE):
        chunk = waiting[start : start + AT_ONCE]
        rows = [row_of(record, understood) for understood in chunk]
        for row, plan in zip(rows, plans, strict=False):
            take_plan(row, plan)
        with transaction.atomic():
            SourceRow.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
            Import.objects.filter(pk=record.pk).update(rows_done=len(read) - len(waiting) + start)


@transaction.atomic
def _end(record: Import, *, by: User, at: datetime) -> Import:
    changed = Import.objects.filter(pk=record.pk, state=ImportState.READING).update(
        state=ImportState.LOOKED_AT, rows_done=0
    )
    if changed:
        audit.record(what="import.brought", about=record, by=by, at=at, rows=record.rows_total)
    record.refresh_from_db()
    return record


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
