"""World countries for the base map: TopoJSON in, small GeoJSON out.

Borders are simplified as shared lines, so that neighbours keep fitting together, and each country
keeps at least its largest ring, so that Bahrain and Malta stay on the map.
"""

from typing import Any

import pycountry
from shapely.affinity import translate
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.ops import unary_union

TOLERANCE_DEG = 0.06
SMALLEST_RING_DEG2 = 0.025
Point = tuple[float, float]
Ring = list[Point]


def simplified_countries(topology: dict[str, Any]) -> dict[str, Any]:
    """Return a feature collection: `code` (ISO 3166-1 alpha-2), `alpha3` and `name` of each."""
    arcs = [_simplified(arc) for arc in _arcs(topology)]
    features = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        polygons = _polygons(geometry, arcs)
        if polygons:
            features.append(_feature(geometry, polygons))
    return {"type": "FeatureCollection", "features": features}


def _arcs(topology: dict[str, Any]) -> list[Ring]:
    scale_x, scale_y = topology["transform"]["scale"]
    move_x, move_y = topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        decoded.append(points)
    return decoded


def _simplified(arc: Ring) -> Ring:
    line = LineString(arc)
    if line.is_ring and len(arc) >= 4:
        # A closed arc has no fixed ends: keep small islands as shapes rather than points.
        polygon = Polygon(arc).simplify(min(TOLERANCE_DEG, line.length / 40))
        return [(x, y) for x, y in polygon.exterior.coords]
    return [(x, y) for x, y in line.simplify(TOLERANCE_DEG).coords]


def _polygons(geometry: dict[str, Any], arcs: list[Ring]) -> list[list[Ring]]:
    parts = geometry.get("arcs", [])
    if geometry.get("type") == "Polygon":
        parts = [parts]
    rings = [[_ring(indexes, arcs) for indexes in part] for part in parts]
    kept = [part for part in rings if _area(part[0]) >= SMALLEST_RING_DEG2]
    if not kept and rings:
        kept = [max(rings, key=lambda part: _area(part[0]))]
    holes_kept = [[part[0], *(hole for hole in part[1:] if _area(hole) > 0.001)] for part in kept]
    return [piece for part in holes_kept for piece in _cut_at_the_date_line(part)]


def _cut_at_the_date_line(part: list[Ring]) -> list[list[Ring]]:
    """Split what crosses 180 degrees, which the atlas joins, so that no line runs across the map."""
    exterior = _unrolled(part[0])
    if exterior == part[0]:
        return [part]
    whole = Polygon(_closed_over_the_pole(exterior), [_unrolled(hole) for hole in part[1:]]).buffer(
        0
    )
    cut = []
    for shift in (-360, 0, 360):
        moved = translate(whole, shift).intersection(box(-180, -90, 180, 90))
        cut.extend(_rings_of(moved))
    return cut


def _unrolled(ring: Ring) -> Ring:
    unrolled = ring[:1]
    for x, y in ring[1:]:
        turns = round((unrolled[-1][0] - x) / 360)
        unrolled.append((x + 360 * turns, y))
    return unrolled


def _closed_over_the_pole(ring: Ring) -> Ring:
    """A ring that goes once around the world (Antarctica) is closed along the pole."""
    if abs(ring[-1][0] - ring[0][0]) < 180:
        return ring
    return [*ring, (ring[-1][0], -90.0), (ring[0][0], -90.0), ring[0]]


def _rings_of(shape: Any) -> list[list[Ring]]:
    polygons = [shape] if isinstance(shape, Polygon) else getattr(shape, "geoms", [])
    found = [polygon for polygon in polygons if isinstance(polygon, Polygon) and polygon.area > 0]
    together = unary_union(found) if found else MultiPolygon()
    pieces = [together] if isinstance(together, Polygon) else together.geoms
    return [
        [
            [(round(x, 2), round(y, 2)) for x, y in ring.coords]
            for ring in (p.exterior, *p.interiors)
        ]
        for p in pieces
        if not p.is_empty
    ]


def _ring(indexes: list[int], arcs: list[Ring]) -> Ring:
    points: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    rounded = [(round(x, 2), round(y, 2)) for x, y in points]
    return [point for at, point in enumerate(rounded) if at == 0 or point != rounded[at - 1]]


def _area(ring: Ring) -> float:
    return float(Polygon(ring).area) if len(ring) >= 4 else 0.0


def _feature(geometry: dict[str, Any], polygons: list[list[Ring]]) -> dict[str, Any]:
    country = pycountry.countries.get(numeric=geometry.get("id", ""))
    properties = {
        "code": country.alpha_2 if country else "",
        "alpha3": country.alpha_3 if country else "",
        "name": geometry["properties"]["name"],
    }
    shape = {"type": "MultiPolygon", "coordinates": polygons}
    return {"type": "Feature", "properties": properties, "geometry": shape}
