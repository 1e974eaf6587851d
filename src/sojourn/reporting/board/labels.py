"""Words for the values of a facet, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import get_language, gettext

from sojourn.foundation.caseload.models import Crisis
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


def names_in(board: rules.Board, crisis: Crisis, *, at: datetime) -> Mapping[str, str]:
    """Return the names of posts and of bands that a board mentions, as they were at a moment."""
    offices = [
        row.value for one in board.breakdowns if one.facet == Facet.OFFICE for row in one.rows
    ]
    return {**queries.office_names(offices), **queries.band_names(crisis, at=at)}


def named_tables(board: rules.Board, names: Mapping[str, str]) -> tuple[Table, ...]:
    """Return the breakdowns with words instead of codes, in the reader's language; `more` rows are left out."""
    return tuple(
        Table(
            facet=breakdown.facet.value,
            title=str(breakdown.facet.label),
            rows=tuple(
                NamedRow(label_of(breakdown.facet, row.value, names), row.value, row.figures)
                for row in breakdown.rows[:SHOWN_ROWS]
            ),
            more=max(0, len(breakdown.rows) - SHOWN_ROWS),
        )
        for breakdown in board.breakdowns
        if breakdown.rows
    )


def label_of(facet: Facet, value: str, names: Mapping[str, str]) -> str:
    """Return the word for one value of a facet."""
    if not value:
        return gettext("Not known")
    language = get_language() or "en"
    if facet == Facet.NATIONALITY:
        return cldr.country_name(value, language)
    if facet == Facet.LANGUAGE:
        return cldr.language_name(value, language)
    if facet in {Facet.OFFICE, Facet.BAND}:
        return names.get(value, value)
    return value
