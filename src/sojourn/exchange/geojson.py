"""Reads plain GeoJSON (RFC 7946) as one alert: a drawn area, or bands that carry a level.

A feature with a numeric ``level`` (or ``mmi``) is a band; with ``radius_km`` a point is a circle.
Every other feature is an area. Longitudes beyond 180 are brought home and cut at the date line.
"""

import hashlib
import json
from typing import Any, Final

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of

from sojourn.exchange.alerts.shape import Alert, Area, Band, Circle, Info
from sojourn.exchange.cap_areas import FARTHEST_KM, NOT_PLACED
from sojourn.exchange.geometry import across_date_line, circle_outline, to_geojson
from sojourn.exchange.moments import NotAMoment, iso_moment
from sojourn.exchange.reading import Problem, Reading, Unreadable
from sojourn.exchange.values import items, number, record, texts, words

MOST_FEATURES: Final = 20_000
_GEOMETRIES: Final = frozenset(
    [
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    ]
)
_LEVELS: Final = ("level", "mmi", "MMI", "value")
_NAMES: Final = ("description", "name", "title", "label")


def is_geojson(content: Any) -> bool:
    kind = record(content).get("type")
    return isinstance(kind, str) and kind in {*_GEOMETRIES, "Feature", "FeatureCollection"}


def read_geojson(name: str, content: Any) -> Reading[Alert]:
    """Return the whole file as one alert. Raises Unreadable when nothing in it is a shape."""
    features = _features(content)
    problems: list[Problem] = []
    areas, bands = [], []
    for position, feature in enumerate(features, 1):
        fields = record(feature.get("properties"))
        where = f"feature {position}"
        shape, circle = _shape(feature, fields, where, problems)
        level = _level(fields)
        if level is not None and shape is not None and shapely.get_dimensions(shape) == 2:
            bands.append(Band(level, _name(fields) or f"level {level:g}", _geo(shape), circle))
        else:
            code = {"level": (f"{level:g}",)} if level is not None else {}
            area = Area(_name(fields), to_geojson(shape), {}, circle, texts(fields, _NAMES) | code)
            areas.append(area)
    if not any(area.geometry for area in areas) and not bands:
        raise Unreadable("The file holds no shape that can be used.", 1)
    bands.sort(key=lambda band: band.level)
    return Reading((_alert(name, record(content), tuple(areas), tuple(bands), problems),))


def _features(content: Any) -> list[dict[str, Any]]:
    whole = record(content)
    if whole.get("type") == "FeatureCollection":
        features = [record(feature) for feature in items(whole.get("features"))]
        if len(features) > MOST_FEATURES:
            raise Unreadable(f"The file has more than {MOST_FEATURES} features; refused.")
        return features
    if whole.get("type") == "Feature":
        return [whole]
    return [{"type": "Feature", "properties": {}, "geometry": whole}]


def _shape(
    feature: dict[str, Any], fields: dict[str, Any], where: str, problems: list[Problem]
) -> tuple[shapely.Geometry | None, tuple[Circle, ...]]:
    geometry = record(feature.get("geometry"))
    if not geometry:
        problems.append(Problem(where, f"{NOT_PLACED}: the feature has no geometry."))
        return None, ()
    try:
        shape = _checked(shape_of(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        words_ = str(error).splitlines()[0][:120] if str(error) else "not a geometry"
        problems.append(Problem(f"{where}, geometry", f"{NOT_PLACED}: {words_}."))
        return None, ()
    radius_km = number(fields.get("radius_km"))
    if shape.geom_type == "Point" and radius_km is not None and 0 < radius_km <= FARTHEST_KM:
        circle = Circle(shape.y, shape.x, radius_km)
        return circle_outline(circle.lat, circle.lon, radius_km), (circle,)
    return shape, ()


def _checked(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the shape in two dimensions, valid and within the world."""
    flat = shapely.force_2d(shape)
    if flat.is_empty:
        raise ValueError("it is empty")
    west, south, east, north = flat.bounds
    if not (-90.0 <= south <= north <= 90.0 and -540.0 <= west <= east <= 540.0):
        raise ValueError("it lies outside the world (longitude first, then latitude)")
    return across_date_line(flat)


def _level(fields: dict[str, Any]) -> float | None:
    return next((found for key in _LEVELS if (found := number(fields.get(key))) is not None), None)


def _name(fields: dict[str, Any]) -> str:
    return next((found for key in _NAMES if (found := words(fields.get(key)))), "")


def _geo(shape: shapely.Geometry) -> dict[str, Any]:
    return to_geojson(shape) or {}


def _alert(
    name: str,
    whole: dict[str, Any],
    areas: tuple[Area, ...],
    bands: tuple[Band, ...],
    problems: list[Problem],
) -> Alert:
    fields = record(whole.get("properties")) | record(whole.get("metadata"))
    digest = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]
    info = Info(
        language="",
        event=words(fields.get("event")) or words(whole.get("name")) or name,
        categories=("Other",),
        urgency="Unknown",
        severity="Unknown",
        certainty="Unknown",
        headline=words(fields.get("title")) or words(whole.get("name")),
        areas=areas,
    )
    return Alert(
        format="GeoJSON",
        identifier=words(whole.get("id")) or f"geojson-{digest}",
        sender=words(fields.get("sender")),
        sent=_sent(fields, problems),
        infos=(info,),
        bands=bands,
        problems=tuple(problems),
        other=texts(
            whole, ("type", "features", "geometry", "properties", "id", "name", "coordinates")
        ),
    )


def _sent(fields: dict[str, Any], problems: list[Problem]) -> str | None:
    for key in ("sent", "time", "updated", "date"):
        if text := words(fields.get(key)):
            try:
                return iso_moment(text)[0]
            except NotAMoment as error:
                problems.append(Problem(key, str(error)))
    problems.append(Problem("the whole file", "It does not say when it was made."))
    return None
