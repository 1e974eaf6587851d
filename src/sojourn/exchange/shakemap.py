"""Reads ShakeMap rasters: ``grid.xml`` of any agency, and tables of nodes (lon, lat, mmi).

The raster itself is kept on the alert for direct look-up; bands are its levels as polygons.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from lxml import etree

from sojourn.exchange.alerts.shape import Alert, Area, Grid, Info
from sojourn.exchange.cap_areas import read_point
from sojourn.exchange.elements import child, children, problem_at, text_of
from sojourn.exchange.geometry import to_geojson
from sojourn.exchange.intensity_bands import bands_of
from sojourn.exchange.moments import NotAMoment, iso_moment
from sojourn.exchange.reading import Problem, Reading, RowProblem, Unreadable
from sojourn.exchange.sentences import say

MOST_CELLS: Final = 4_000_000
_MMI: Final = frozenset({"mmi", "intensity", "psmmi"})
_EVENT_SHAPE: Final = ("lat", "lon", "event_timestamp")
_NO_BAND: Final = "The shaking reaches intensity IV nowhere; there are no bands."

Table = npt.NDArray[np.float64]


def read_grid_xml(root: etree._Element) -> Reading[Alert]:
    """Return the one event of a ``grid.xml``. Raises Unreadable when it has no intensities."""
    names = [str(field.get("name", "")).casefold() for field in children(root, "grid_field")]
    data = child(root, "grid_data")
    if data is None or not {"lon", "lat"} <= set(names) or not _MMI & set(names):
        line = problem_at(root, "").line
        raise Unreadable("The grid lacks one of longitude, latitude, intensity and data.", line)
    intensity = next(index for index, name in enumerate(names) if name in _MMI)
    numbers = _numbers(data, len(names))
    nodes = numbers[:, [names.index("lon"), names.index("lat"), intensity]]
    problems: list[Problem] = []
    _compare(root, len(nodes), problems)
    grid = grid_of(nodes)
    bands = bands_of(grid)
    if not bands:
        problems.append(problem_at(data, _NO_BAND))
    info, sent = _about(root, problems)
    event = str(root.get("event_id") or root.get("shakemap_id") or "")
    if not event:
        problems.append(problem_at(root, "The grid does not say which event it belongs to."))
    alert = Alert(
        format="ShakeMap grid",
        identifier=f"{event}-shakemap-{root.get('shakemap_version', '1')}",
        sender=str(root.get("shakemap_originator") or ""),
        sent=sent,
        status="Exercise" if root.get("shakemap_event_type") == "SCENARIO" else "Actual",
        infos=(info,),
        bands=bands,
        problems=tuple(problems),
        event_key=f"usgs:{event}".lower() if event else "",
        other=_attributes(root),
        grid=grid,
    )
    return Reading((alert,))


def is_grid_table(heading: str) -> bool:
    """Return whether a heading names longitude, latitude and intensity."""
    names = {name.strip(' "').casefold() for name in heading.split(",")}
    return {"lon", "lat"} <= names and bool(_MMI & names)


def read_grid_csv(name: str, text: str) -> Reading[Alert]:
    """Return one event; the table says nothing about it but where it shook how much."""
    table = csv.reader(io.StringIO(text))
    heading = [column.strip().casefold() for column in next(table)]
    if not ({"lon", "lat"} <= set(heading) and _MMI & set(heading)):
        raise Unreadable(say("heading_unreadable"), 1)
    columns = [heading.index("lon"), heading.index("lat")]
    columns.append(next(index for index, column in enumerate(heading) if column in _MMI))
    nodes, problems = _rows(table, columns)
    if not len(nodes):
        raise Unreadable("The table has no rows that can be read.", 2)
    grid = grid_of(nodes)
    bands = bands_of(grid)
    stem = name.rsplit(".", 1)[0]
    told = [Problem("the whole file", "It does not say which event it is, nor when.")]
    if not bands:
        told.append(Problem("the whole file", _NO_BAND))
    told += [Problem(problem.where, problem.problem, problem.line) for problem in problems]
    spare = [column for index, column in enumerate(heading) if index not in columns]
    if spare:
        told.append(Problem("line 1", f"Columns not used: {', '.join(spare)[:200]}.", 1))
    area = Area("Extent of the map", to_geojson(shapely.box(*_bounds(nodes))))
    info = Info(
        language="en",
        event="Earthquake",
        categories=("Geo",),
        urgency="Past",
        severity="Unknown",
        certainty="Observed",
        headline=stem,
        areas=(area,),
    )
    alert = Alert(
        format="ShakeMap grid table",
        identifier=stem,
        infos=(info,),
        bands=bands,
        problems=tuple(told),
        grid=grid,
    )
    return Reading((alert,))


def grid_of(nodes: Table) -> Grid:
    """Return the raster of nodes of shape ``(n, 3)``: longitude, latitude, value; gaps are nan.

    Raises Unreadable when the nodes lie on no regular grid or would need too large a one.
    """
    lon, lat = nodes[:, 0], nodes[:, 1]
    if not np.isfinite(nodes[:, :2]).all() or np.abs(lat).max() > 90 or np.abs(lon).max() > 540:
        raise Unreadable("A node of the grid lies outside the world.")
    lon0, dlon, width = _axis(lon)
    lat0, dlat, height = _axis(lat)
    if width * height > MOST_CELLS:
        raise Unreadable(f"The grid would have more than {MOST_CELLS} cells; refused.")
    columns = np.rint((lon - lon0) / dlon).astype(np.int64)
    rows = np.rint((lat - lat0) / dlat).astype(np.int64)
    values = np.full((height, width), np.nan)
    values[rows, columns] = nodes[:, 2]
    return Grid(lon0, lat0, dlon, dlat, values)


def _axis(positions: npt.NDArray[np.float64]) -> tuple[float, float, int]:
    """Return start, step and count of an axis given by rounded positions."""
    unique = np.unique(np.round(positions, 6))
    low, high = float(unique[0]), float(unique[-1])
    if len(unique) < 2:
        return low, 1 / 60, 1
    steps = np.diff(unique)
    step = float(np.median(steps[steps > 0.5 * np.median(steps)]))
    intervals = round((high - low) / step)
    if intervals > MOST_CELLS:
        raise Unreadable(f"The grid would have more than {MOST_CELLS} cells; refused.")
    return low, (high - low) / max(intervals, 1), intervals + 1


def _numbers(data: etree._Element, width: int) -> Table:
    words = text_of(data).split()
    try:
        flat = np.array(words, dtype=np.float64)
    except ValueError as error:
        raise Unreadable("A value of the grid is not a number.", _bad_line(data)) from error
    if not len(flat) or len(flat) % width:
        line = problem_at(data, "").line
        raise Unreadable(f"The grid's data is no table of {width} columns.", line)
    return flat.reshape(-1, width)


def _bad_line(data: etree._Element) -> int | None:
    first = problem_at(data, "").line or 1
    for offset, row in enumerate((data.text or "").splitlines()):
        try:
            [float(word) for word in row.split()]
        except ValueError:
            return first + offset
    return first


def _rows(table: Iterator[list[str]], columns: Sequence[int]) -> tuple[Table, list[RowProblem]]:
    nodes, problems = [], []
    for line, cells in enumerate(table, 2):
        if not cells:
            continue
        try:
            nodes.append([float(cells[index]) for index in columns])
        except (ValueError, IndexError):
            problems.append(RowProblem(line, "", say("not_three_numbers")))
        if len(nodes) > MOST_CELLS:
            raise Unreadable(f"The table has more than {MOST_CELLS} rows; refused.")
    return np.array(nodes, dtype=np.float64).reshape(-1, 3), problems


def _bounds(nodes: Table) -> list[float]:
    return [*nodes[:, :2].min(axis=0).tolist(), *nodes[:, :2].max(axis=0).tolist()]


def _compare(root: etree._Element, found: int, problems: list[Problem]) -> None:
    specification = child(root, "grid_specification")
    if specification is None:
        problems.append(problem_at(root, "The grid has no specification; taken from its data."))
        return
    try:
        stated = int(specification.get("nlon", "")) * int(specification.get("nlat", ""))
    except ValueError:
        problems.append(problem_at(specification, "The size of the grid is not a number."))
        return
    if stated != found:
        words = f"The grid says it has {stated} nodes and has {found}."
        problems.append(problem_at(specification, words))


def _about(root: etree._Element, problems: list[Problem]) -> tuple[Info, str | None]:
    event = child(root, "event")
    if event is None:
        problems.append(problem_at(root, "The grid does not describe its event."))
        event = root
    place = str(event.get("event_description") or "").strip()
    areas: tuple[Area, ...] = ()
    try:
        point = read_point(f"{event.get('lat')},{event.get('lon')}")
        areas = (Area(place or "Epicentre", to_geojson(shapely.Point(point))),)
    except ValueError as error:
        problems.append(problem_at(event, f"The epicentre cannot be read: {error}."))
    info = Info(
        language="en",
        event="Earthquake",
        categories=("Geo",),
        urgency="Past",
        severity="Unknown",
        certainty="Observed",
        onset=_moment(event, "event_timestamp", problems),
        headline=f"M {event.get('magnitude', '?')} {place}".strip(),
        areas=areas,
        other=_attributes(event, _EVENT_SHAPE),
    )
    return info, _moment(root, "process_timestamp", problems)


def _moment(element: etree._Element, name: str, problems: list[Problem]) -> str | None:
    try:
        moment, remark = iso_moment(str(element.get(name) or ""))
    except NotAMoment as error:
        problems.append(problem_at(element, f"{name}: {error}"))
        return None
    if remark:
        problems.append(problem_at(element, f"{name}: {remark}"))
    return moment


def _attributes(element: etree._Element, known: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """Return the attributes in no namespace, as name → text."""
    return {
        str(name): (str(value),)
        for name, value in element.attrib.items()
        if value and name not in known and not str(name).startswith("{")
    }
