"""Questions about imports: which there are, what their rows become, what is wrong with them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet

from sojourn.exchange.roster_headers import Field
from sojourn.exchange.rosters import RosterOptions, RosterRow, read_rows
from sojourn.exchange.sentences import Sentence, unpacked
from sojourn.exchange.tables import Line
from sojourn.foundation.access import sealing
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.organisations.models import Organisation
from sojourn.preparedness.registration.models import ColumnsSaid, Import, SourceRow
from sojourn.preparedness.registration.rules import headings_digest
from sojourn.preparedness.registration.terms import ImportState, Plan

ROWS_ON_A_PAGE: Final = 50


def reach_of(viewer: Viewer) -> Q:
    """Return which imports and deliveries a viewer keeps: the organisation's, or those of the own post."""
    reach = Q(organisation_id__in=viewer.scope.organisations)
    for organisation, office in viewer.scope.posts:
        reach |= Q(organisation_id=organisation, office_id=office)
    return reach


def imports(*, viewer: Viewer) -> QuerySet[Import]:
    """Return the imports of the organisations where the viewer keeps the register, newest first.

    A post officer sees those of the own post.
    """
    found = Import.objects.filter(reach_of(viewer)).select_related("brought_by")
    return found.order_by("-brought_at", "-id")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of an import are of each plan, and how many have problems or wait for a word."""

    by_plan: Mapping[str, int]
    problems: int
    unjudged: int
    people: int
    added: int

    @property
    def total(self) -> int:
        """Return how many rows there are."""
        return sum(self.by_plan.values())


def counts(record: Import) -> Counts:
    """Count the rows of an import the caller may see."""
    by_plan = dict(record.rows.values_list("plan").annotate(Count("id")).order_by("plan"))
    return Counts(
        by_plan=by_plan,
        problems=record.rows.filter(has_problems=True).count(),
        unjudged=record.rows.filter(plan=Plan.MAYBE, judgement="").count(),
        people=sum(count for plan, count in by_plan.items() if plan != Plan.NO_NAME),
        added=record.rows.filter(is_new_person=True).count(),
    )


def rows_page(record: Import, *, show: str, after: int) -> list[SourceRow]:
    """Return one page of rows after a line: all, or those of a plan, or those with problems."""
    rows = record.rows.filter(line__gt=after)
    if show == "problems":
        rows = rows.filter(has_problems=True)
    elif show:
        rows = rows.filter(plan=show)
    return list(rows.select_related("match", "person").order_by("line")[: ROWS_ON_A_PAGE + 1])


def open_cells(row: SourceRow) -> tuple[str, ...]:
    """Open the cells of a row, as they were written; none when the person was deleted since."""
    if not row.cells_sealed:
        return ()
    text = sealing.open_sealed(
        row.cells_sealed, table="registration_sourcerow", column="cells", row=row.pk
    )
    return tuple(json.loads(text))


def read_again(
    record: Import, rows: Sequence[SourceRow], options: RosterOptions
) -> list[RosterRow]:
    """Return what the rows of an import say, with the columns meaning what they mean now."""
    lines = [Line(row.line, open_cells(row)) for row in rows]
    return list(read_rows(lines, tuple(record.headings), columns_of(record), options))


def columns_of(record: Import) -> dict[int, Field]:
    """Return what each column of an import means."""
    return {int(column): Field(meaning) for column, meaning in record.columns.items()}


def problems_of(record: Import) -> Iterator[tuple[str, str, Sentence]]:
    """Yield (line, column, problem) for the file as a whole, whose line may be empty, then for each row."""
    for line, problem in record.problems:
        yield str(line or ""), "", unpacked(problem)
    for line, problems in (
        record.rows.filter(has_problems=True).order_by("line").values_list("line", "problems")
    ):
        for column, problem in problems:
            yield str(line), column, unpacked(problem)


def columns_said(
    organisation: Organisation, *, source: str, headings: Sequence[str]
) -> Mapping[int, Field] | None:
    """Return what a person once said the columns of a source's lists with these headings mean."""
    said = ColumnsSaid.objects.filter(
        organisation=organisation, source=source, headings_digest=headings_digest(headings)
    ).first()
    if said is None:
        return None
    return {int(column): Field(meaning) for column, meaning in said.columns.items()}


def lists_alike(record: Import) -> list[Import]:
    """Return the other lists of a source that have the same headings, other columns, and wait to be checked."""
    waiting = Import.objects.filter(
        organisation=record.organisation_id, source=record.source, state=ImportState.LOOKED_AT
    ).exclude(pk=record.pk)
    headings = headings_digest(record.headings)
    return [
        other
        for other in waiting
        if headings_digest(other.headings) == headings and other.columns != record.columns
    ]
