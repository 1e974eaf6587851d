"""The area an alert covers: bands from mildest to worst, each of polygons, circles or a share of a grid.

Polygon edges are straight in longitude and latitude (RFC 7946, 3.1.1); circles are true circles on
the sphere; the border of either belongs to it. An outline across the date line is cut there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sojourn.methods import dateline, sphere
from sojourn.methods.raster import Raster

_QUARTER_SEGMENTS: Final = 32  # a buffer's corner is drawn within 0.03 % of its distance
_LONGEST_EDGE_DEGREES: Final = 0.25
_WIDEST_DEGREES: Final = 180


class NotAnArea(Exception):
    """The geometry covers nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class Circle:
    """All places within a great-circle distance of a centre in degrees."""

    longitude: float
    latitude: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Band:
    """One grade of an alert. ``area`` is already cut at the date line; None when there are only circles."""

    level: float
    label: str
    area: BaseGeometry | None = None
    circles: tuple[Circle, ...] = ()


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bands ordered from mildest to worst. With a raster, a band holds the cells at or above its level."""

    bands: tuple[Band, ...]
    raster: Raster | None = None

    def shapes(self) -> list[tuple[int, BaseGeometry | Circle]]:
        """Every part with the number of its band."""
        found: list[tuple[int, BaseGeometry | Circle]] = []
        for number, band in enumerate(self.bands):
            if band.area is not None and not band.area.is_empty:
                found.append((number, band.area))
            found.extend((number, circle) for circle in band.circles)
        return found


def band(
    level: float,
    label: str,
    geometries: Iterable[Mapping[str, Any]],
    circles: Iterable[Circle] = (),
) -> Band:
    """A band from GeoJSON geometries (WGS 84). Raises NotAnArea when one cannot be read."""
    areas = [area_of(geometry) for geometry in geometries]
    area = None if not areas else areas[0] if len(areas) == 1 else shapely.union_all(areas)
    return Band(level, label, area, tuple(circles))


def area_of(geometry: Mapping[str, Any]) -> BaseGeometry:
    """A GeoJSON geometry, repaired and cut at the date line. Raises NotAnArea when it cannot be read."""
    try:
        area = shapely.force_2d(shapely.geometry.shape(dict(geometry)))
    except (
        shapely.errors.ShapelyError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        IndexError,
    ) as error:
        raise NotAnArea(f"The geometry cannot be read: {error}") from error
    corners = shapely.get_coordinates(area)
    if not len(corners) or not np.isfinite(corners).all():
        raise NotAnArea("The geometry has no coordinates.")
    if np.abs(corners[:, 1]).max() > 90:
        raise NotAnArea("A latitude is beyond 90 degrees; are latitude and longitude exchanged?")
    return with_seam(dateline.cut(area))


def with_seam(area: BaseGeometry) -> BaseGeometry:
    """Repeat at -180 the border that lies on +180, for it is the same meridian."""
    if area.bounds[2] < 180:
        return area
    seam = shapely.intersection(area, shapely.LineString([(180, -90), (180, 90)]))
    twin = shapely.transform(seam, lambda corners: corners - [360, 0])
    return shapely.GeometryCollection([*_parts(area), *_parts(twin)])


def in_one_piece(area: BaseGeometry) -> BaseGeometry:
    """The polygons of an area only, without lines and points."""
    return shapely.union_all([part for part in _parts(area) if part.geom_type.endswith("Polygon")])


def near(footprint: Footprint, distance_km: float) -> Band:
    """Everything within a distance of the footprint and the footprint itself, as one band.

    Each part is widened on an azimuthal-equidistant map around its own middle: exact along rays from there
    and within 1 % for parts up to 1,500 km across. A raster is widened around its cells above the mildest band.
    """
    areas: list[BaseGeometry] = []
    circles: list[Circle] = []
    for _, shape in footprint.shapes():
        if isinstance(shape, Circle):
            circles.append(replace(shape, radius_km=shape.radius_km + distance_km))
        else:
            areas.extend(_widened(part, distance_km) for part in _parts(shape))
    if footprint.raster is not None and footprint.bands:
        boxes = footprint.raster.boxes_at_least(footprint.bands[0].level)
        areas.extend(_widened(part, distance_km) for part in _parts(boxes))
    area = with_seam(shapely.union_all(areas)) if areas else None
    return Band(float("-inf"), f"within {distance_km:g} km", area, tuple(circles))


def _widened(part: BaseGeometry, distance_km: float) -> BaseGeometry:
    west, _, east, _ = part.bounds
    if (
        east - west > _WIDEST_DEGREES
    ):  # no flat map holds it; what is near so large a part is left out
        return part
    middle = part.centroid
    around = (middle.x, middle.y)

    def flat(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(sphere.flatten(corners[:, 0], corners[:, 1], around))

    def back(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(sphere.destination(*around, corners[:, 0], corners[:, 1]))

    smooth = shapely.segmentize(part, _LONGEST_EDGE_DEGREES)
    wide = shapely.transform(smooth, flat).buffer(distance_km, quad_segs=_QUARTER_SEGMENTS)
    wide = shapely.segmentize(wide, max(distance_km, 20.0))
    return dateline.cut(shapely.transform(wide, back))


def _parts(area: BaseGeometry) -> Sequence[BaseGeometry]:
    return [part for part in shapely.get_parts(area) if not part.is_empty]


def share_of(area: BaseGeometry, footprint: Footprint) -> float:
    """Which share of an area on the ground, 0 to 1, the footprint covers (cylindrical equal-area map)."""
    parts = [outline(band, footprint.raster) for band in footprint.bands[:1]]
    parts += [outline(band, None) for band in footprint.bands[1:] if footprint.raster is None]
    covered = shapely.union_all([part for part in parts if part is not None])
    whole = _equal_area(area)
    return (
        float(shapely.intersection(whole, _equal_area(covered)).area / whole.area)
        if whole.area
        else 0.0
    )


def outline(band: Band, raster: Raster | None) -> BaseGeometry | None:
    """A band as polygons for maps and areas: circles as outlines of 128 corners, grid cells joined."""
    if raster is not None and np.isfinite(band.level):
        return with_seam(dateline.cut(raster.boxes_at_least(band.level)))
    parts = [] if band.area is None else [band.area]
    for circle in band.circles:
        angle = 2 * np.pi * np.arange(128) / 128
        east, north = circle.radius_km * np.sin(angle), circle.radius_km * np.cos(angle)
        lon, lat = sphere.destination(circle.longitude, circle.latitude, east, north)
        parts.append(dateline.cut(shapely.Polygon(np.column_stack([lon, lat]))))
    return shapely.union_all(parts) if parts else None


def _equal_area(area: BaseGeometry) -> BaseGeometry:
    smooth = shapely.segmentize(in_one_piece(area), _LONGEST_EDGE_DEGREES)

    def flat(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([np.radians(corners[:, 0]), np.sin(np.radians(corners[:, 1]))])

    return shapely.make_valid(shapely.transform(smooth, flat))
