"""People as points in a CSV file, and the answers about them: the two ends of `sojourn exposure`.

In: ``id, latitude, longitude`` and, if known, ``accuracy_km`` and ``observed_at`` (ISO 8601; without an offset it is
taken as UTC). Out: ``id, band, answer, probability``. A row that cannot be placed stays, with its problem.
"""

import csv
import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TextIO

from sojourn.exchange.reading import RowProblem, Unreadable
from sojourn.exchange.sentences import say
from sojourn.exchange.sheets_out import csv_lines

OUT: Final = ("id", "band", "answer", "probability")
LONGEST_CELL: Final = 1_000_000
_SEPARATORS: Final = (",", ";", "\t", "|")
_NAMES: Final = {
    "id": ("id", "person_id", "person", "key", "code"),
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "lon", "lng", "long", "x"),
    "accuracy_km": ("accuracy_km", "accuracy"),
    "observed_at": ("observed_at", "observed", "seen_at"),
}
_NEEDED: Final = ("id", "latitude", "longitude")


@dataclass(slots=True)
class PeoplePoints:
    """Columns of one length. Degrees are NaN where a row cannot be placed; accuracy 0 and age NaN where unknown."""

    ids: list[str] = field(default_factory=list)
    latitude: "array[float]" = field(default_factory=lambda: array("d"))
    longitude: "array[float]" = field(default_factory=lambda: array("d"))
    accuracy_km: "array[float]" = field(default_factory=lambda: array("d"))
    age_days: "array[float]" = field(default_factory=lambda: array("d"))
    problems: list[RowProblem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each column stands; None for one that is not there."""

    id: int
    latitude: int
    longitude: int
    accuracy_km: int | None
    observed_at: int | None
    separator: str


_CLOCKS_DIFFER: Final = timedelta(days=1)


def read_people_points(
    lines: Iterable[str],
    *,
    at: datetime,
    latest: datetime | None = None,
    progress: Callable[[int], object] | None = None,
) -> PeoplePoints:
    """Read people and how old, in days, each position is at ``at``. Raises Unreadable without the needed columns.

    A position from after ``at`` is of age 0; one from after ``latest`` (``at``, when not given) is a problem as well.
    ``progress`` is told now and then how many characters were read since the last time.
    """
    csv.field_size_limit(LONGEST_CELL)
    counted = _counted(lines, progress or (lambda _: None))
    try:
        heading = next(counted)
    except StopIteration:
        raise Unreadable(say("file_empty")) from None
    columns = _columns(heading.removeprefix("\ufeff"))
    people = PeoplePoints()
    seen: set[str] = set()
    reader = csv.reader(counted, delimiter=columns.separator)
    try:
        for cells in reader:
            if cells:
                _take(people, cells, columns, reader.line_num + 1, (at, latest or at))
                _check_id(people, seen, reader.line_num + 1)
    except csv.Error as error:
        raise Unreadable(say("row_unreadable", why=str(error)), reader.line_num + 1) from error
    return people


def write_answers(out: TextIO, rows: Iterable[tuple[str, str, str, float | None]]) -> None:
    """Write id, band, answer and probability; a probability that is not known stays empty."""
    cells = (
        (one, band, answer, "" if chance is None else f"{chance:.4g}")
        for one, band, answer, chance in rows
    )
    out.writelines(csv_lines(OUT, cells, ends="\n"))


def _counted(lines: Iterable[str], progress: Callable[[int], object]) -> Iterator[str]:
    read = 0
    for line in lines:
        read += len(line)
        if read > 1_000_000:
            progress(read)
            read = 0
        yield line
    progress(read)


def _columns(heading: str) -> _Columns:
    separator = max(_SEPARATORS, key=heading.count)
    try:
        cells = next(csv.reader([heading], delimiter=separator))
    except (csv.Error, StopIteration) as error:
        raise Unreadable(say("heading_unreadable"), 1) from error
    titles = [cell.strip().lower().replace(" ", "_") for cell in cells]
    found = {
        name: next((titles.index(title) for title in also if title in titles), None)
        for name, also in _NAMES.items()
    }
    missing = [name for name in _NEEDED if found[name] is None]
    if missing:
        raise Unreadable(say("no_columns", columns=", ".join(missing)), 1)
    return _Columns(
        id=found["id"] or 0,
        latitude=found["latitude"] or 0,
        longitude=found["longitude"] or 0,
        accuracy_km=found["accuracy_km"],
        observed_at=found["observed_at"],
        separator=separator,
    )


def _take(
    people: PeoplePoints,
    cells: Sequence[str],
    columns: _Columns,
    line: int,
    moments: tuple[datetime, datetime],
) -> None:
    problems = people.problems
    latitude = _degrees(_cell(cells, columns.latitude), 90, line, "latitude", problems)
    longitude = _degrees(_cell(cells, columns.longitude), 180, line, "longitude", problems)
    if latitude == longitude == 0:
        problems.append(RowProblem(line, "latitude", say("point_at_zero")))
        latitude = math.nan
    people.ids.append(_cell(cells, columns.id).strip())
    is_placed = not (math.isnan(latitude) or math.isnan(longitude))
    people.latitude.append(latitude if is_placed else math.nan)
    people.longitude.append(longitude if is_placed else math.nan)
    people.accuracy_km.append(_accuracy(_cell(cells, columns.accuracy_km), line, problems))
    people.age_days.append(_age(_cell(cells, columns.observed_at), line, moments, problems))


def _check_id(people: PeoplePoints, seen: set[str], line: int) -> None:
    one = people.ids[-1]
    if not one:
        people.problems.append(RowProblem(line, "id", say("no_id")))
    elif one in seen:
        people.problems.append(RowProblem(line, "id", say("id_twice")))
    seen.add(one)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _degrees(text: str, most: float, line: int, column: str, problems: list[RowProblem]) -> float:
    try:
        degrees = float(text)
    except ValueError:
        said = say("no_degrees", text=text[:40]) if text.strip() else say("cell_empty")
        problems.append(RowProblem(line, column, said))
        return math.nan
    if not -most <= degrees <= most:
        problems.append(
            RowProblem(line, column, say("beyond_degrees", text=text[:40], most=int(most)))
        )
        return math.nan
    return degrees


def _accuracy(text: str, line: int, problems: list[RowProblem]) -> float:
    if not text or not text.strip():
        return 0.0
    try:
        accuracy_km = float(text)
    except ValueError:
        accuracy_km = -1.0
    if 0 <= accuracy_km <= 20_040:
        return accuracy_km
    problems.append(RowProblem(line, "accuracy_km", say("no_distance", text=text[:40])))
    return 0.0


def _age(
    text: str, line: int, moments: tuple[datetime, datetime], problems: list[RowProblem]
) -> float:
    at, latest = moments
    if not text or not text.strip():
        return math.nan
    try:
        observed_at = datetime.fromisoformat(text.strip())
    except ValueError:
        problems.append(RowProblem(line, "observed_at", say("no_moment", text=text[:40])))
        return math.nan
    if observed_at.tzinfo is None:
        observed_at = observed_at.replace(tzinfo=UTC)
    if observed_at > latest + _CLOCKS_DIFFER:
        problems.append(RowProblem(line, "observed_at", say("in_the_future", text=text[:40])))
    return max(0.0, (at - observed_at).total_seconds() / 86_400)
