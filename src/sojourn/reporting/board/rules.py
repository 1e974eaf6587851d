"""What the board shows, on plain values: rows in order, lines over time, numbers under control."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sojourn.foundation.caseload.terms import Facet, Measure
from sojourn.methods import disclosure

THREE: Final = (Measure.UNACCOUNTED, Measure.IN_NEED, Measure.SAFE)
OTHERS: Final = (
    Measure.EXPOSED,
    Measure.MESSAGED,
    Measure.REACHED,
    Measure.TOO_OLD,
    Measure.NEAR,
)
FACETS: Final = (Facet.AREA, Facet.NATIONALITY, Facet.LANGUAGE, Facet.BAND, Facet.OFFICE)
POINTS: Final = 48

Counts = Mapping[Measure, int]
Point = tuple[object, Measure, datetime, int]  # organisation, measure, moment, count


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of a crisis or of one part of it. None where a count is too small to be shown."""

    unaccounted: int | None = 0
    in_need: int | None = 0
    safe: int | None = 0
    exposed: int | None = 0
    messaged: int | None = 0
    reached: int | None = 0
    near: int | None = 0
    too_old: int | None = 0

    @property
    def is_whole(self) -> bool:
        """Return whether none of the three numbers is hidden."""
        return None not in (self.unaccounted, self.in_need, self.safe)


@dataclass(frozen=True, slots=True)
class Row:
    """One area, nationality, language, band or post."""

    value: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The counts by one facet, most unaccounted for first."""

    facet: Facet
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All the numbers of one moment. `hidden` cells were too small to show."""

    figures: Figures
    breakdowns: tuple[Breakdown, ...]
    is_controlled: bool = False
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One number over time, oldest first."""

    label: str
    tone: str
    values: tuple[int, ...]


def figures_of(counts: Counts) -> Figures:
    """Return the counts by name; what is not counted is 0."""
    return Figures(**{measure.value: counts.get(measure, 0) for measure in (*THREE, *OTHERS)})


def board_of(by_facet: Mapping[Facet, Mapping[str, Counts]]) -> Board:
    """Return the exact board from the counts by facet and value."""
    return Board(
        figures=figures_of(by_facet.get(Facet.ALL, {}).get("", {})),
        breakdowns=tuple(_breakdown(facet, by_facet.get(facet, {})) for facet in FACETS),
    )


def controlled_board_of(by_facet: Mapping[Facet, Mapping[str, Counts]]) -> Board:
    """Return the board for those who may not see people: small cells hidden, the rest rounded."""
    whole = by_facet.get(Facet.ALL, {}).get("", {})
    hidden = 0
    breakdowns = []
    for facet in FACETS:
        if facet == Facet.OFFICE:
            continue
        exact = _breakdown(facet, by_facet.get(facet, {}))
        table = disclosure.controlled({row.value: _cells(row.figures) for row in exact.rows})
        hidden += table.hidden
        rows = tuple(
            Row(row.value, Figures(**{name: table.cell(row.value, name) for name in _NAMES}))
            for row in exact.rows
        )
        breakdowns.append(Breakdown(facet, rows))
    figures = Figures(
        **{
            name: disclosure.controlled_total(count)
            for name, count in _cells(figures_of(whole)).items()
        }
    )
    return Board(figures, tuple(breakdowns), is_controlled=True, hidden=hidden)


_NAMES: Final = tuple(measure.value for measure in (*THREE, *OTHERS))


def _cells(figures: Figures) -> dict[str, int]:
    return {name: getattr(figures, name) or 0 for name in _NAMES}


def _breakdown(facet: Facet, counts: Mapping[str, Counts]) -> Breakdown:
    rows = [Row(value, figures_of(by_measure)) for value, by_measure in counts.items()]
    rows = [row for row in rows if any(_cells(row.figures).values())]
    rows.sort(
        key=lambda row: (-(row.figures.unaccounted or 0), -(row.figures.in_need or 0), row.value)
    )
    return Breakdown(facet, tuple(rows))


def moments_between(
    first: datetime, last: datetime, *, at_most: int = POINTS
) -> tuple[datetime, ...]:
    """Return evenly spaced moments from first to last, a minute apart or more."""
    minutes = max(1, round((last - first).total_seconds() / 60))
    step = timedelta(minutes=max(1, -(-minutes // (at_most - 1))))
    moments = [last]
    while moments[-1] - step >= first and len(moments) < at_most:
        moments.append(moments[-1] - step)
    return tuple(reversed(moments))


def course_at(
    points: Iterable[Point], moments: Sequence[datetime]
) -> Mapping[Measure, tuple[int, ...]]:
    """Return each number at each moment: the newest count of every organisation until then, added up."""
    known: dict[tuple[object, Measure], tuple[list[datetime], list[int]]] = {}
    for organisation, measure, at, count in points:
        moments_known, counts = known.setdefault((organisation, measure), ([], []))
        moments_known.append(at)
        counts.append(count)
    course = {measure: [0] * len(moments) for measure in THREE}
    for (_organisation, measure), (moments_known, counts) in known.items():
        for place, moment in enumerate(moments):
            index = bisect_right(moments_known, moment)
            if index and measure in course:
                course[measure][place] += counts[index - 1]
    return {measure: tuple(values) for measure, values in course.items()}
