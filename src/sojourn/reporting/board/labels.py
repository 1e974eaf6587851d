"""Words for the values of a facet, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language, gettext

from sojourn.foundation.caseload.terms import Facet
from sojourn.methods import cldr
from sojourn.reporting.board import queries, rules

SHOWN_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row with the word its reader knows it by."""

    label: str
    value: str
    figures: rules.Figures


@dataclass(frozen=True, slots=True)
class Table:
    """One breakdown, ready to show."""

    facet: str
    title: str
    rows: tuple[NamedRow, ...]
    more: int


def named_tables(board: rules.Board, *, shown: int = SHOWN_ROWS) -> tuple[Table, ...]:
    """Return the breakdowns with words instead of codes, in the reader's language; `more` rows are left out."""
    offices = [
        row.value for one in board.breakdowns if one.facet == Facet.OFFICE for row in one.rows
    ]
    names = queries.office_names(offices)
    return tuple(
        Table(
            facet=breakdown.facet.value,
            title=str(breakdown.facet.label),
            rows=tuple(
                NamedRow(label_of(breakdown.facet, row.value, names), row.value, row.figures)
                for row in breakdown.rows[:shown]
            ),
            more=max(0, len(breakdown.rows) - shown),
        )
        for breakdown in board.breakdowns
        if breakdown.rows
    )


def label_of(facet: Facet, value: str, offices: Mapping[str, str]) -> str:
    """Return the word for one value of a facet."""
    if not value:
        return gettext("Not known")
    language = get_language() or "en"
    if facet == Facet.NATIONALITY:
        return cldr.country_name(value, language)
    if facet == Facet.LANGUAGE:
        return cldr.language_name(value, language)
    if facet == Facet.OFFICE:
        return offices.get(value, value)
    return value
