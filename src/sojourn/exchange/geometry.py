"""Shapes on the globe as GeoJSON: circles, rings, the date line. Degrees WGS 84, longitude first.

RFC 7946 asks that a shape across the 180th meridian be cut there; every maker here does so.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from shapely.geometry import mapping

GeoJson: TypeAlias = Mapping[str, Any]
Position: TypeAlias = tuple[float, float]  # longitude, latitude

EARTH_RADIUS_KM: Final = 6371.0088  # mean radius, IUGG (Moritz 2000)
_CIRCLE_POINTS: Final = 64
MOST_CROSSED_POINTS: Final = 1_000
_DECIMALS: Final = 6  # 0.1 m


def circle_outline(lat: float, lon: float, radius_km: float) -> shapely.Geometry:
    """Return the polygon of 64 points at the great-circle distance; a point when the radius is 0.

    The outline lies inside the true circle (inscribed). Direct problem on the sphere:
    Snyder (1987), Map Projections: A Working Manual, equations 5-5 and 5-6.
    """
    if radius_km <= 0:
        return shapely.Point(lon, lat)
    angle = min(radius_km / EARTH_RADIUS_KM, math.pi * 0.999)
    bearings = np.linspace(0.0, 2 * math.pi, _CIRCLE_POINTS, endpoint=False)
    return unwrapped_ring(destinations(lat, lon, angle, bearings))


def destinations(
    lat: float, lon: float, angle: float | np.ndarray, bearings: np.ndarray
) -> list[Position]:
    """Return the points at an angle (radians of arc) from one point, along bearings (radians)."""
    lat1, lon1 = math.radians(lat), math.radians(lon)
    sin_lat = math.sin(lat1) * np.cos(angle) + math.cos(lat1) * np.sin(angle) * np.cos(bearings)
    lat2 = np.arcsin(np.clip(sin_lat, -1.0, 1.0))
    lon2 = lon1 + np.arctan2(
        np.sin(bearings) * np.sin(angle) * math.cos(lat1),
        np.cos(angle) - math.sin(lat1) * sin_lat,
    )
    return list(zip(np.degrees(lon2).tolist(), np.degrees(lat2).tolist(), strict=True))


def unwrapped_ring(points: Sequence[Position]) -> shapely.Geometry:
    """Return the polygon of a ring whose longitudes may jump at 180 degrees; cut there, made valid."""
    return across_date_line(shapely.Polygon(unwrapped(points)))


def unwrapped(points: Iterable[Position]) -> list[Position]:
    """Return the points with longitudes that never jump by more than 180 degrees.

    A ring that goes once round a pole is closed over that pole.
    """
    line: list[Position] = []
    for lon, lat in points:
        turns = round((line[-1][0] - lon) / 360.0) if line else 0
        line.append((lon + 360.0 * turns, lat))
    if len(line) < 3:
        return line
    turn = 360.0 * round((line[-1][0] - line[0][0]) / 360.0)
    if turn:
        pole = 90.0 if sum(lat for _, lat in line) > 0 else -90.0
        line.append((line[0][0] + turn, line[0][1]))
        line += [(line[-1][0], pole), (line[0][0], pole)]
    return line


def across_date_line(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a valid shape within -180..180, cut at the date line; longitudes may exceed it before."""
    shape = mended(shape)
    low, _, high, _ = shapely.bounds(shape)
    if math.isnan(low) or (low >= -180.0 and high <= 180.0):
        return shape
    pieces = []
    for turn in range(math.floor((low + 180.0) / 360.0), math.floor((high + 180.0) / 360.0) + 1):
        window = shapely.box(-180.0 + 360.0 * turn, -90.0, 180.0 + 360.0 * turn, 90.0)
        piece = shapely.intersection(shape, window)
        if not piece.is_empty:
            pieces.append(shapely.transform(piece, lambda xy, t=turn: xy - [360.0 * t, 0.0]))
    return only_parts_like(shape, shapely.union_all(pieces))


def mended(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a valid shape. One that crosses itself in very many points becomes its hull.

    Repair takes time that grows with the square of the points, and a stranger chose the points.
    """
    if is_too_tangled(shape):
        return shapely.convex_hull(shape)
    if shape.is_valid:
        return shape
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def is_too_tangled(shape: shapely.Geometry) -> bool:
    """Return whether a shape crosses itself and has too many points to be repaired in good time."""
    return bool(shapely.get_num_coordinates(shape) > MOST_CROSSED_POINTS and not shape.is_valid)


def only_parts_like(model: shapely.Geometry, shape: shapely.Geometry) -> shapely.Geometry:
    """Return the parts of a shape with the dimension of the model, without slivers of lower kind."""
    wanted = shapely.get_dimensions(model)
    parts = [
        part
        for part in shapely.get_parts(flattened(shape))
        if shapely.get_dimensions(part) == wanted
    ]
    return joined(parts) if parts else shape


def flattened(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a collection whose parts are simple points, lines and polygons."""
    parts: list[shapely.Geometry] = []
    for part in shapely.get_parts(shape):
        parts.extend(shapely.get_parts(part) if part.geom_type != "Polygon" else [part])
    return shapely.GeometryCollection(parts)


def joined(shapes: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Return the union as one shape; areas and points are not melted into each other."""
    if len(shapes) == 1:
        return shapes[0]
    return shapely.union_all(list(shapes))


def to_geojson(shape: shapely.Geometry | None) -> dict[str, Any] | None:
    """Return a GeoJSON geometry with six decimals, None for nothing."""
    if shape is None or shape.is_empty:
        return None
    # On the coarser grid rings may fall together; this keeps the shape valid and drops what collapsed.
    fixed = shapely.set_precision(shape, 10.0**-_DECIMALS)
    whole = shape if fixed.is_empty else fixed
    rounded = shapely.transform(whole, lambda xy: np.round(xy, _DECIMALS))
    geometry: dict[str, Any] = _plain(mapping(shapely.orient_polygons(rounded)))
    return geometry


def _plain(value: Any) -> Any:
    """Tuples become lists, as JSON has them."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance (haversine; Sinnott 1984)."""
    half_lat = math.radians(lat2 - lat1) / 2
    half_lon = math.radians(lon2 - lon1) / 2
    across = math.cos(math.radians(lat1)) * math.cos(math.radians(lat2))
    chord = math.sin(half_lat) ** 2 + across * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))
