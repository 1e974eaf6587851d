"""Reads ShakeMap contour lines (``cont_mmi.json``) as bands, and ``info.json`` as an event.

Contours are open where the map ends. The map's frame closes them: it cuts the map into faces, and a
face is above or below a level by the other contours inside it, else by its neighbours across a line.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import shapely

from sojourn.exchange.alerts.shape import Alert, Area, Band, Info
from sojourn.exchange.cap_areas import read_point
from sojourn.exchange.geometry import across_date_line, joined, to_geojson
from sojourn.exchange.intensity_bands import mmi_label
from sojourn.exchange.moments import NotAMoment, iso_moment
from sojourn.exchange.reading import Problem, Reading, Unreadable
from sojourn.exchange.values import items, number, record, texts, words

MOST_POINTS: Final = 500_000
MOST_LEVELS: Final = 100
_GRID: Final = 1e-7
_SHORTEST: Final = 1e-6  # degrees of contour inside a face that count as evidence

Lines: TypeAlias = shapely.Geometry


def is_contours(content: Any) -> bool:
    """Return whether parsed JSON holds contour lines of intensity."""
    features = items(record(content).get("features"))
    return bool(features) and all(
        record(record(feature).get("geometry")).get("type") in ("MultiLineString", "LineString")
        and number(record(record(feature).get("properties")).get("value")) is not None
        for feature in features
    )


def is_info(content: Any) -> bool:
    """Return whether parsed JSON is the description of a ShakeMap."""
    return "event_information" in record(record(content).get("input"))


def read_contours(name: str, content: Any) -> Reading[Alert]:
    """Return one event whose bands are the areas at or above each contour."""
    problems = [Problem("the whole file", "It does not say which event it is, nor when.")]
    lines = _lines(content, problems)
    if not lines:
        raise Unreadable("The file holds no contour that can be read.", 1)
    frame = shapely.box(*_frame(content, lines))
    bands: list[Band] = []
    worse = shapely.Polygon()
    for level in sorted(lines, reverse=True):
        # A milder band holds the worse ones: stray bits at the map's edge are counted in.
        worse = shapely.union_all([region_above(level, lines, frame), worse])
        geometry = to_geojson(across_date_line(worse))
        if geometry is None:
            problems.append(Problem(f"contour {level:g}", "It encloses nothing."))
        else:
            bands.insert(0, Band(level, mmi_label(level), geometry))
    stem = name.rsplit(".", 1)[0]
    whole = record(content)
    info = Info(
        language="en",
        event="Earthquake",
        categories=("Geo",),
        urgency="Past",
        severity="Unknown",
        certainty="Observed",
        headline=stem,
        areas=(Area("Extent of the map", to_geojson(frame)),),
    )
    alert = Alert(
        format="ShakeMap contours",
        identifier=stem,
        infos=(info,),
        bands=tuple(bands),
        problems=tuple(problems),
        other=texts(whole, ("type", "features")),
    )
    return Reading((alert,))


def region_above(level: float, lines: Mapping[float, Lines], frame: Lines) -> shapely.Geometry:
    """Return the part of the frame where the value is at least the level."""
    edges = shapely.union_all([lines[level], shapely.boundary(frame)])
    faces = [face for face in shapely.get_parts(shapely.polygonize([edges])) if face.area > 0]
    evidence = [_evidence(face, level, lines) for face in faces]
    _spread(faces, evidence, lines[level])
    above = [face for face, sign in zip(faces, evidence, strict=True) if sign > 0]
    return joined(above) if above else shapely.Polygon()


def _evidence(face: shapely.Geometry, level: float, lines: Mapping[float, Lines]) -> int:
    """Return +1 when mostly higher contours run inside the face, -1 when lower ones do, else 0.

    The contours next to the level say most; rough ground leaves stray bits of others on real maps.
    """
    shapely.prepare(face)
    higher = min((other for other in lines if other > level), default=None)
    lower = max((other for other in lines if other < level), default=None)
    above, below = (
        0.0 if other is None else shapely.length(shapely.intersection(face, lines[other]))
        for other in (higher, lower)
    )
    if max(above, below) < _SHORTEST:
        return 0
    return 1 if above > below else -1


def _spread(faces: Sequence[Lines], evidence: list[int], contour: Lines) -> None:
    """Settle faces without evidence: across a contour line the sign turns."""
    if not faces:
        return
    tree = shapely.STRtree(list(faces))
    waiting = [index for index, sign in enumerate(evidence) if sign == 0]
    if len(waiting) == len(faces):
        # A single level: what the map's corner sees is outside, so small faces are above.
        largest = int(np.argmax([face.area for face in faces]))
        evidence[largest] = -1
        waiting.remove(largest)
    settled = True
    while waiting and settled:
        settled = False
        for index in list(waiting):
            for near in tree.query(faces[index], predicate="touches").tolist():
                shared = shapely.intersection(faces[index].boundary, faces[near].boundary)
                if evidence[near] and shapely.length(shared) > 0:
                    evidence[index] = -evidence[near]
                    waiting.remove(index)
                    settled = True
                    break


def _lines(content: Any, problems: list[Problem]) -> dict[float, Lines]:
    lines: dict[float, list[Lines]] = {}
    points = 0
    for position, feature in enumerate(items(record(content).get("features")), 1):
        geometry = record(record(feature).get("geometry"))
        level = number(record(record(feature).get("properties")).get("value"))
        rows = items(geometry.get("coordinates"))
        rows = [rows] if geometry.get("type") == "LineString" else rows
        try:
            parts = [shapely.LineString(_points(row)) for row in rows if len(row) > 1]
        except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
            problems.append(Problem(f"feature {position}", f"The contour cannot be read: {error}."))
            continue
        points += sum(len(part.coords) for part in parts)
        if points > MOST_POINTS or len(lines) > MOST_LEVELS:
            raise Unreadable("The contours have too many points or levels; refused.")
        if parts and level is not None:
            lines.setdefault(level, []).extend(parts)
    # Ends that should meet may differ in the last digit; on a grid of a centimetre they do meet.
    return {
        level: shapely.set_precision(shapely.union_all(parts), _GRID)
        for level, parts in lines.items()
    }


def _points(row: Any) -> list[tuple[float, float]]:
    points = []
    for pair in items(row):
        lon, lat = (number(value) for value in pair[:2])
        if lon is None or lat is None or abs(lat) > 90 or abs(lon) > 540:
            raise ValueError("a point lies outside the world")
        points.append((lon, lat))
    return points


def _frame(content: Any, lines: Mapping[float, Lines]) -> list[float]:
    """Return west, south, east, north: the stated box, or what the contours reach."""
    stated = [number(value) for value in items(record(content).get("bbox"))]
    reached = shapely.total_bounds(list(lines.values())).tolist()
    if len(stated) != 4 or any(value is None for value in stated):
        return [float(value) for value in reached]
    west, south, east, north = (float(value or 0) for value in stated)
    w, s, e, n = reached
    return [min(west, w), min(south, s), max(east, e), max(north, n)]


def read_info(name: str, content: Any) -> Reading[Alert]:
    """Return the event an ``info.json`` describes; it has a place and no bands."""
    problems: list[Problem] = []
    event = record(record(record(content).get("input")).get("event_information"))
    output = record(record(content).get("output"))
    key = words(event.get("event_id")) or words(event.get("id"))
    process = record(record(record(content).get("processing")).get("shakemap_versions"))
    place = words(event.get("event_description")) or words(event.get("location"))
    areas: tuple[Area, ...] = ()
    try:
        point = read_point(f"{words(event.get('latitude'))},{words(event.get('longitude'))}")
        areas = (Area(place or "Epicentre", to_geojson(shapely.Point(point))),)
    except ValueError as error:
        problems.append(Problem("input.event_information", f"No epicentre: {error}."))
    info = Info(
        language="en",
        event="Earthquake",
        categories=("Geo",),
        urgency="Past",
        severity="Unknown",
        certainty="Observed",
        onset=_moment(event.get("origin_time"), "origin_time", problems),
        headline=f"M {words(event.get('magnitude'))} {place}".strip(),
        areas=areas,
        other=texts(event),
    )
    alert = Alert(
        format="ShakeMap info",
        identifier=key or name,
        sender=words(event.get("productsource")) or words(event.get("eventsource")),
        sent=_moment(process.get("process_time"), "process_time", problems),
        status="Exercise" if event.get("event_type") == "SCENARIO" else "Actual",
        infos=(info,),
        problems=tuple(problems),
        event_key=f"usgs:{key}".lower() if key else "",
        other=texts(output) | texts(record(content), ("input", "output")),
    )
    return Reading((alert,))


def _moment(value: Any, name: str, problems: list[Problem]) -> str | None:
    try:
        moment, remark = iso_moment(words(value))
    except NotAMoment as error:
        problems.append(Problem(name, str(error)))
        return None
    if remark:
        problems.append(Problem(name, remark))
    return moment
