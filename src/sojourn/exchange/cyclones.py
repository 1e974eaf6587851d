"""Reads tracks of tropical cyclones: IBTrACS as NOAA publishes it, and two common excerpts of it.

Wind radii (34, 50, 64 knots, by quadrant) become bands: each fix draws four quarter circles, and
between two fixes the hull of both is taken, which errs on the safe side. A track without radii has
no bands and says so.
"""

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import shapely

from sojourn.exchange.alerts.shape import Alert, Area, Band, Info
from sojourn.exchange.geometry import (
    EARTH_RADIUS_KM,
    Position,
    across_date_line,
    destinations,
    to_geojson,
    unwrapped,
)
from sojourn.exchange.reading import Problem, Reading, RowProblem, Unreadable
from sojourn.exchange.sentences import say

KM_PER_NAUTICAL_MILE: Final = 1.852
WINDS_KT: Final = (34, 50, 64)
QUADRANTS: Final = ("NE", "SE", "SW", "NW")
MOST_ROWS: Final = 400_000
_LABELS: Final = {34: "gale (34 kt)", 50: "storm (50 kt)", 64: "hurricane force (64 kt)"}
_AGENCIES: Final = ("USA", "BOM", "REUNION")

# What a fix needs → the columns that may hold it, in lower case.
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "storm": ("sid", "track_id", "ibtracsid"),
    "time": ("iso_time", "time", "isotime"),
    "lat": ("lat", "cgps_lat", "usa_lat"),
    "lon": ("lon", "cgps_lon", "usa_lon"),
}
_WINDS: Final = ("usa_wind", "wmo_wind", "wind", "vmax")
_NAMES: Final = ("name", "storm")
_COMPACT: Final = "%Y%m%d%H"


@dataclass(frozen=True, slots=True)
class Fix:
    """A storm's centre at one moment. Radii in nautical miles, by (wind in knots, quadrant)."""

    time: datetime
    lat: float
    lon: float
    wind_kt: float | None
    radii_nm: Mapping[tuple[int, str], float]


def is_tracks(heading: str) -> bool:
    """Return whether a heading names a storm, a time and a place."""
    names = _heading(heading.split(","))
    return all(any(name in names for name in options) for options in _COLUMNS.values())


def read_tracks(name: str, text: str) -> Reading[Alert]:
    """Return one alert a storm, in the order of the file."""
    table = csv.reader(io.StringIO(text))
    names = _heading(next(table))
    storms: dict[str, list[Fix]] = {}
    called: dict[str, str] = {}
    problems: list[RowProblem] = []
    for cells in table:
        if table.line_num > MOST_ROWS:
            raise Unreadable(f"The table has more than {MOST_ROWS} rows; refused.")
        row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        if not any(row.values()) or _is_units(row, table.line_num):
            continue
        try:
            storm, fix = _value(row, "storm"), _fix(row)
        except ValueError as error:
            problems.append(RowProblem(table.line_num, "", say("row_left_out", why=str(error))))
            continue
        storms.setdefault(storm, []).append(fix)
        called.setdefault(storm, next((row[key] for key in _NAMES if row.get(key)), storm))
    if not storms:
        line = problems[0].line if problems else 1
        raise Unreadable("The table holds no fix of a storm that can be read.", line)
    rows = tuple(_alert(storm, called[storm], fixes) for storm, fixes in storms.items())
    return Reading(rows, tuple(problems))


def wind_shape(fix: Fix, wind_kt: int) -> shapely.Geometry | None:
    """Return where the wind reaches a speed around one fix, from its quadrant radii; None if nowhere.

    Longitudes are not cut at the date line.
    """
    points: list[Position] = []
    for index, quadrant in enumerate(QUADRANTS):
        radius_nm = fix.radii_nm.get((wind_kt, quadrant), 0.0)
        if radius_nm <= 0:
            points.append((fix.lon, fix.lat))
            continue
        angle = radius_nm * KM_PER_NAUTICAL_MILE / EARTH_RADIUS_KM
        bearings = np.radians(np.linspace(90.0 * index, 90.0 * (index + 1), 16))
        points += destinations(fix.lat, fix.lon, angle, bearings)
    if len(set(points)) < 3:
        return None
    return shapely.make_valid(shapely.Polygon(unwrapped(points)))


def swath(fixes: Iterable[Fix], wind_kt: int) -> shapely.Geometry | None:
    """Return where the wind reached a speed along a track, cut at the date line; None if nowhere."""
    pieces: list[shapely.Geometry] = []
    before: shapely.Geometry | None = None
    for fix in fixes:
        shape = wind_shape(fix, wind_kt)
        if shape is not None:
            shape = _beside(before, shape)
            pieces.append(shape)
            if before is not None:
                pieces.append(shapely.convex_hull(shapely.union_all([before, shape])))
        before = shape
    if not pieces:
        return None
    return across_date_line(shapely.union_all(pieces))


def _beside(before: shapely.Geometry | None, shape: shapely.Geometry) -> shapely.Geometry:
    """Return the shape turned by whole rounds so that it lies nearest the one before."""
    if before is None:
        return shape
    turn = 360.0 * round((before.centroid.x - shape.centroid.x) / 360.0)
    return shapely.transform(shape, lambda xy: np.add(xy, (turn, 0.0)))


def _alert(storm: str, called: str, fixes: list[Fix]) -> Alert:
    fixes = sorted(fixes, key=lambda fix: fix.time)
    problems: list[Problem] = []
    bands = []
    for wind_kt in WINDS_KT:
        geometry = to_geojson(swath(fixes, wind_kt))
        if geometry is not None:
            bands.append(Band(float(wind_kt), f"Wind of {_LABELS[wind_kt]} or more", geometry))
    if not bands:
        words = "area not placed: the track has no wind radii, only its centre line is known."
        problems.append(Problem(f"storm {storm}", words))
    winds = [fix.wind_kt for fix in fixes if fix.wind_kt is not None]
    last, first = fixes[-1].time.isoformat(), fixes[0].time.isoformat()
    strongest = f", strongest wind {max(winds):g} kt" if winds else ""
    info = Info(
        language="en",
        event="Tropical cyclone",
        categories=("Met",),
        urgency="Past",
        severity="Unknown",
        certainty="Observed",
        onset=first,
        expires=last,
        headline=f"Tropical cyclone {called}{strongest}",
        areas=(Area(f"Track of {called}", to_geojson(_track(fixes))),),
        other={
            "fixes": (str(len(fixes)),),
            "wind_kt": tuple("" if f.wind_kt is None else f"{f.wind_kt:g}" for f in fixes),
        },
    )
    return Alert(
        format="IBTrACS",
        identifier=f"{storm}-{last}",
        sender="IBTrACS",
        sent=last,
        infos=(info,),
        bands=tuple(bands),
        problems=tuple(problems),
        event_key=f"ibtracs:{storm}".lower(),
    )


def _track(fixes: list[Fix]) -> shapely.Geometry:
    line = _unturned([(fix.lon, fix.lat) for fix in fixes])
    if len(set(line)) < 2:
        return shapely.Point(line[0])
    return across_date_line(shapely.LineString(line))


def _unturned(points: list[Position]) -> list[Position]:
    line = [points[0]]
    for lon, lat in points[1:]:
        line.append((lon + 360.0 * round((line[-1][0] - lon) / 360.0), lat))
    return line


def _heading(cells: Iterable[str]) -> list[str]:
    return [cell.strip(' "\ufeff\r\n').casefold() for cell in cells]


def _is_units(row: Mapping[str, str], line: int) -> bool:
    """NOAA's files have the units in the second row."""
    return line == 2 and "degrees" in row.get("lat", "").casefold()


def _value(row: Mapping[str, str], wanted: str) -> str:
    for column in _COLUMNS[wanted]:
        if row.get(column):
            return row[column]
    raise ValueError(f"The {wanted} is missing")


def _fix(row: Mapping[str, str]) -> Fix:
    lat, lon = _number(row, "lat"), _number(row, "lon")
    if abs(lat) > 90 or abs(lon) > 360:
        raise ValueError(f"Latitude {lat}, longitude {lon} is not on Earth")
    wind = next((float(row[key]) for key in _WINDS if _is_number(row.get(key, ""))), None)
    return Fix(_time(_value(row, "time")), lat, (lon + 180.0) % 360.0 - 180.0, wind, _radii(row))


def _radii(row: Mapping[str, str]) -> dict[tuple[int, str], float]:
    """Return the radii of the first agency that gives any."""
    for agency in _AGENCIES:
        found = {
            (wind_kt, quadrant): float(text)
            for wind_kt in WINDS_KT
            for quadrant in QUADRANTS
            if _is_number(text := row.get(f"{agency}_r{wind_kt}_{quadrant}".casefold(), ""))
            and 0 <= float(text) < 2_000
        }
        if found:
            return found
    return {}


def _number(row: Mapping[str, str], wanted: str) -> float:
    text = _value(row, wanted)
    if not _is_number(text):
        raise ValueError(f"“{text[:30]}” is not a {wanted}")
    return float(text)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _time(text: str) -> datetime:
    """Return a moment in UTC, as IBTrACS keeps it, also in the compact form 1992081618.0."""
    compact = text.split(".", maxsplit=1)[0]
    try:
        if compact.isdigit() and len(compact) == 10:
            return datetime.strptime(compact, _COMPACT).replace(tzinfo=UTC)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text[:30]}” is not a time") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
