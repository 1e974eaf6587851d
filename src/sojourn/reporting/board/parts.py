"""The parts of the board, each a frozen value for one template: what it holds is what makes it change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext

from sojourn.foundation.access.pages import CASE_ROLES
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.caseload.terms import Facet, Measure
from sojourn.methods import cldr
from sojourn.reporting.board import queries, rules

NEWEST: Final = 8
SHOWN_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at which crisis, when on its clock, and at whose numbers."""

    viewer: Viewer
    crisis: Crisis
    at: datetime
    sight: queries.Sight

    @property
    def minute(self) -> datetime:
        """Return the minute, or under control the hour, that the numbers are as of."""
        if self.sight.is_exact:
            return self.at.replace(second=0, microsecond=0)
        return self.at.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The tiles."""

    figures: rules.Figures
    as_of: datetime
    is_exact: bool

    @property
    def people(self) -> int:
        """Return how many people the three numbers add up to."""
        counts = (self.figures.unaccounted, self.figures.in_need, self.figures.safe)
        return sum(count or 0 for count in counts)


@dataclass(frozen=True, slots=True)
class Course:
    """The chart."""

    lines: tuple[rules.Line, ...]
    marks: tuple[str, ...]
    zone: str


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


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """All tables."""

    tables: tuple[Table, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Change:
    """How one number changed within the hour."""

    label: str
    tone: str
    by: int


@dataclass(frozen=True, slots=True)
class NewInNeed:
    """Someone who came to be in need within the hour."""

    case_id: str
    name: str
    area: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hour:
    """What changed within the hour."""

    changes: tuple[Change, ...]
    in_need: tuple[NewInNeed, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part by name: what it shows, how often it asks (seconds), and who has it."""

    name: str
    read: Callable[[Looking], object]
    every_s: int
    is_for_case_workers: bool = False
    is_for_exact_sight: bool = False

    def is_shown_to(self, looking: Looking) -> bool:
        """Return whether this viewer has this part."""
        if self.is_for_case_workers and not looking.viewer.has(*CASE_ROLES):
            return False
        return looking.sight.is_exact or not self.is_for_exact_sight


def numbers(looking: Looking) -> Numbers:
    """Read the tiles."""
    figures = queries.figures(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    return Numbers(figures, looking.minute, looking.sight.is_exact)


def course(looking: Looking) -> Course:
    """Read the chart."""
    found = queries.course(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    zone = ZoneInfo(looking.crisis.time_zone)
    pattern = "%H:%M"
    if found.moments and found.moments[-1] - found.moments[0] > timedelta(hours=36):
        pattern = "%d.%m. %H:%M"
    lines = tuple(
        rules.Line(str(measure.label), measure.value, found.counts[measure])
        for measure in rules.THREE
        if measure in found.counts
    )
    marks = tuple(moment.astimezone(zone).strftime(pattern) for moment in found.moments)
    return Course(lines, marks, looking.crisis.time_zone)


def breakdowns(looking: Looking) -> Breakdowns:
    """Read the tables."""
    board = queries.board(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    return Breakdowns(named_tables(board), board.hidden)


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


def hour(looking: Looking) -> Hour:
    """Read what changed within the hour."""
    now = queries.figures(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    then = queries.an_hour_before(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    changes = tuple(
        Change(str(measure.label), measure.value, change)
        for measure in (*rules.THREE, Measure.MESSAGED, Measure.REACHED)
        if (change := (getattr(now, measure.value) or 0) - then.get(measure, 0))
    )
    steps = queries.new_in_need(
        viewer=looking.viewer, crisis=looking.crisis, at=looking.at, limit=NEWEST
    )
    in_need = tuple(
        NewInNeed(str(step.case_id), step.case.person.name, step.area, step.at) for step in steps
    )
    return Hour(changes, in_need)


PARTS: Final[Mapping[str, Part]] = {
    part.name: part
    for part in (
        Part("numbers", numbers, every_s=5),
        Part("course", course, every_s=20),
        Part("hour", hour, every_s=15, is_for_exact_sight=True),
        Part("breakdowns", breakdowns, every_s=15),
    )
}
