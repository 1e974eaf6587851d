"""Random outlines and independent oracles for the exposure tests."""

import math

import numpy as np
import shapely
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sojourn.methods.footprint import Band, Circle, Footprint

# Drawing shapes takes time, more so on a busy machine; that says nothing about the code.
UNHURRIED = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def outline(*, lon, lat, radius, corners, seed):
    """A star-shaped, valid polygon with a ragged border."""
    chance = np.random.default_rng(seed)
    angle = np.sort(chance.uniform(0, 2 * np.pi, corners))
    reach = radius * chance.uniform(0.3, 1.0, corners)
    return shapely.make_valid(
        shapely.Polygon(np.c_[lon + reach * np.cos(angle), lat + reach * np.sin(angle)])
    )


@st.composite
def areas(draw):
    """Multipolygons with holes, somewhere between the tropics and the polar circles."""
    lon, lat = draw(st.floats(-160, 160)), draw(st.floats(-60, 60))
    area = shapely.Polygon()
    for _ in range(draw(st.integers(1, 3))):
        piece = outline(
            lon=lon + draw(st.floats(-5, 5)),
            lat=lat + draw(st.floats(-5, 5)),
            radius=draw(st.floats(0.01, 8)),
            corners=draw(st.integers(4, 40)),
            seed=draw(st.integers(0, 2**32 - 1)),
        )
        area = area.union(piece) if draw(st.integers(0, 3)) else area.symmetric_difference(piece)
        hole = outline(
            lon=piece.centroid.x,
            lat=piece.centroid.y,
            radius=draw(st.floats(0.005, 3)),
            corners=draw(st.integers(3, 9)),
            seed=draw(st.integers(0, 2**32 - 1)),
        )
        area = area.difference(hole)
    return area


@st.composite
def footprints(draw):
    """One to four bands of areas and circles, overlapping at will."""
    bands = []
    for number in range(draw(st.integers(1, 4))):
        circles = tuple(
            Circle(draw(st.floats(-180, 180)), draw(st.floats(-90, 90)), draw(st.floats(0.1, 3000)))
            for _ in range(draw(st.integers(0, 2)))
        )
        bands.append(Band(number, f"band {number}", draw(areas()), circles))
    return Footprint(tuple(bands))


def worst_band_by_scan(footprint, lon, lat):
    """Every point against every shape: shapely for areas, vectors for circles."""
    worst = np.full(len(lon), -1)
    for number, band in enumerate(footprint.bands):
        if band.area is not None:
            worst[shapely.covers(band.area, shapely.points(lon, lat))] = number
        for circle in band.circles:
            worst[distance_by_vectors(lon, lat, circle) <= circle.radius_km] = number
    return worst


def distance_by_vectors(lon, lat, circle):
    """Great-circle distance by the angle between unit vectors, unlike the code's haversine."""

    def vector(x, y):
        x, y = np.radians(x), np.radians(y)
        return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])

    a = vector(lon, lat)
    b = vector(circle.longitude, circle.latitude).reshape(3, 1)
    sine = np.linalg.norm(np.cross(a, b, axis=0), axis=0)
    return 6371.0088 * np.arctan2(sine, (a * b).sum(axis=0))


def points_around(footprint, seed, n=1500):
    """Points near the shapes, on their corners and on their edges, and all over the world; 7 decimals."""
    chance = np.random.default_rng(seed)
    lon, lat = [chance.uniform(-180, 180, n // 5)], [chance.uniform(-90, 90, n // 5)]
    for band in footprint.bands:
        corners = shapely.get_coordinates(band.area)
        if not len(corners):
            continue
        (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
        lon += [chance.uniform(west - 0.5, east + 0.5, n), corners[:, 0]]
        lat += [chance.uniform(south - 0.5, north + 0.5, n), corners[:, 1]]
        for circle in band.circles:
            spread = math.degrees(circle.radius_km / 6371) * 1.5
            lon.append((circle.longitude + chance.uniform(-spread, spread, n) + 180) % 360 - 180)
            lat.append(np.clip(circle.latitude + chance.uniform(-spread, spread, n), -90, 90))
    return np.round(np.concatenate(lon), 7), np.round(np.concatenate(lat), 7)
