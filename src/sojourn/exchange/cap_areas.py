"""The areas of a CAP message: polygons and circles ("lat,lon …"), and codes of places.

Where the sender draws a shape, the shape is the area and its codes only describe it; codes alone
are looked up in the gazetteer. What cannot be placed keeps geometry None and says so.
"""

import math
import re
from typing import Final

import shapely
from lxml import etree

from sojourn.exchange import gazetteer
from sojourn.exchange.alerts.shape import Area, Circle
from sojourn.exchange.elements import (
    children,
    leftovers,
    named_values,
    problem_at,
    text_at,
    text_of,
)
from sojourn.exchange.geometry import (
    Position,
    circle_outline,
    is_too_tangled,
    joined,
    to_geojson,
    unwrapped,
    unwrapped_ring,
)
from sojourn.exchange.reading import Problem

NOT_PLACED: Final = "area not placed"
FARTHEST_KM: Final = 20_038.0  # half way round the equator
_MOST_POINTS: Final = 200_000
_KNOWN: Final = ("areaDesc", "polygon", "circle", "geocode")
_SEVERAL: Final = re.compile(r"[A-Z0-9]{3,}(?:\s+[A-Z0-9]{3,})+")


def read_area(element: etree._Element, problems: list[Problem]) -> Area:
    """Return one area; what is wrong with it is appended to the problems."""
    shapes = [
        shape
        for polygon in children(element, "polygon")
        if (shape := _polygon(polygon, problems)) is not None
    ]
    circles = [
        circle
        for piece in children(element, "circle")
        if (circle := _circle(piece, problems)) is not None
    ]
    codes = _geocodes(element)
    shapes += [circle_outline(c.lat, c.lon, c.radius_km) for c in circles]
    if not shapes and codes:
        shapes = _by_codes(element, codes, problems)
    description = text_at(element, "areaDesc")
    if not shapes:
        named = f"“{description[:80]}”" if description else "an area without a name"
        problems.append(problem_at(element, f"{NOT_PLACED}: {named} has {_why(codes)}."))
    return Area(
        description=description,
        geometry=to_geojson(joined(shapes)) if shapes else None,
        geocodes={name: tuple(values) for name, values in codes.items()},
        circles=tuple(circle for circle in circles if circle.radius_km > 0),
        other=leftovers(element, _KNOWN),
    )


def read_point(text: str) -> Position:
    """Return (longitude, latitude) of "lat,lon" or "lat lon". Raises ValueError in words."""
    parts = text.replace(",", " ").split()
    if len(parts) != 2:
        raise ValueError(f"“{text[:40]}” is not a latitude and a longitude")
    lat, lon = (float(part) for part in parts)
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise ValueError(f"“{text[:40]}” is not a place on Earth")
    if abs(lat) > 90 or abs(lon) > 360:
        swapped = " (perhaps they are swapped)" if abs(lon) <= 90 and abs(lat) <= 180 else ""
        raise ValueError(f"latitude {lat}, longitude {lon} is not on Earth{swapped}")
    return ((lon + 180.0) % 360.0 - 180.0 if abs(lon) > 180 else lon), lat


def _polygon(element: etree._Element, problems: list[Problem]) -> shapely.Geometry | None:
    words = text_of(element).split()
    if not words:
        return None
    try:
        points = _corners(words)
    except ValueError as error:
        problems.append(problem_at(element, f"The polygon cannot be read: {error}."))
        return None
    if points[0] != points[-1]:
        problems.append(problem_at(element, "The polygon is not closed; closed."))
        points.append(points[0])
    return _ring(points, element, problems)


def _corners(words: list[str]) -> list[Position]:
    if len(words) > _MOST_POINTS:
        raise ValueError(f"it has more than {_MOST_POINTS} points")
    points = [read_point(word) for word in words]
    if len(set(points)) < 3:
        raise ValueError("it has fewer than three different points")
    return points


def _ring(
    points: list[Position], element: etree._Element, problems: list[Problem]
) -> shapely.Geometry | None:
    shape = unwrapped_ring(points)
    if shape.area == 0:
        problems.append(problem_at(element, "The polygon cannot be read: it has no inside."))
        return None
    if is_too_tangled(shapely.Polygon(unwrapped(points))):
        words = "The polygon's outline crosses itself too often; its hull is taken instead."
        problems.append(problem_at(element, words))
    elif not shapely.Polygon(points).is_valid and shape.geom_type != "Polygon":
        problems.append(problem_at(element, "The polygon's outline crosses itself; repaired."))
    return shape


def _circle(element: etree._Element, problems: list[Problem]) -> Circle | None:
    words = text_of(element).replace(", ", ",").split()
    if not words:
        return None
    try:
        circle = _round(words)
    except ValueError as error:
        problems.append(problem_at(element, f"The circle cannot be read: {error}."))
        return None
    if circle.radius_km == 0:
        remark = "The circle has radius 0: only a point is known, its extent is not."
        problems.append(problem_at(element, remark))
    return circle


def _round(words: list[str]) -> Circle:
    if len(words) != 2:
        raise ValueError("it is not “lat,lon radius”")
    lon, lat = read_point(words[0])
    radius_km = float(words[1])
    if not 0 <= radius_km <= FARTHEST_KM:
        raise ValueError(f"a radius of {words[1]} km is not possible")
    return Circle(lat, lon, radius_km)


def _geocodes(element: etree._Element) -> dict[str, list[str]]:
    """Return scheme → codes. CAP 1.0 wrote "scheme=code" in one text."""
    codes: dict[str, list[str]] = {}
    for geocode in children(element, "geocode"):
        pairs = list(named_values(geocode))
        if not pairs and "=" in text_of(geocode):
            scheme, _, code = text_of(geocode).partition("=")
            pairs = [(scheme.strip(), code.strip())]
        for scheme, text in pairs:
            values = text.split() if _SEVERAL.fullmatch(text) else [text]
            codes.setdefault(scheme, []).extend(value for value in values if value)
    return codes


def _by_codes(
    element: etree._Element, codes: dict[str, list[str]], problems: list[Problem]
) -> list[shapely.Geometry]:
    """Return the outlines of codes of a known scheme; a code nobody knows is a problem."""
    shapes = []
    for scheme, values in codes.items():
        if not gazetteer.knows_scheme(scheme):
            continue
        for value in values:
            place = gazetteer.placed(scheme, value)
            if place is None:
                words = f"{NOT_PLACED}: “{value[:40]}” is no code or name of {scheme[:40]}."
                problems.append(problem_at(element, words))
            else:
                shapes.append(shapely.geometry.shape(place.geometry))
    return shapes


def _why(codes: dict[str, list[str]]) -> str:
    if not codes:
        return "no shape and no code of a place"
    return f"no shape, and its codes cannot be placed ({', '.join(sorted(codes))[:120]})"
