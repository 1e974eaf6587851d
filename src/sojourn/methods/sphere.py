"""Distances and flat maps on a sphere of the Earth's mean radius, 6371.0088 km (IUGG).

The sphere differs from the ellipsoid by at most 0.56 % in distance, which is less than any alert's
outline is worth. Formulas: Sinnott (1984), Virtues of the haversine, Sky and Telescope 68(2); Snyder (1987),
Map projections: a working manual, USGS Professional Paper 1395, pages 191 to 202.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_KM: Final = 6371.0088

Floats = NDArray[np.float64]


def distance_km(lon: ArrayLike, lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike) -> Floats:
    """Great-circle distance in km between places in degrees; shapes broadcast."""
    phi, to_phi = np.radians(lat), np.radians(to_lat)
    half_phi = (to_phi - phi) / 2
    half_lambda = np.radians(np.asarray(to_lon, dtype=np.float64) - np.asarray(lon)) / 2
    chord = np.sin(half_phi) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(half_lambda) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def destination(
    lon: ArrayLike, lat: ArrayLike, east_km: ArrayLike, north_km: ArrayLike
) -> tuple[Floats, Floats]:
    """Where one arrives going ``(east, north)`` km along a great circle: an azimuthal-equidistant map
    around each starting place, read backwards (Snyder, equations 20-14 and 20-15)."""
    east, north = np.asarray(east_km, dtype=np.float64), np.asarray(north_km, dtype=np.float64)
    rho = np.hypot(east, north)
    arc = rho / EARTH_KM
    phi = np.radians(lat)
    share_east = np.divide(east, rho, out=np.zeros_like(rho), where=rho > 0)
    share_north = np.divide(north, rho, out=np.zeros_like(rho), where=rho > 0)
    sine = np.cos(arc) * np.sin(phi) + share_north * np.sin(arc) * np.cos(phi)
    turn = np.arctan2(
        share_east * np.sin(arc),
        np.cos(phi) * np.cos(arc) - share_north * np.sin(phi) * np.sin(arc),
    )
    to_lon = np.asarray(lon, dtype=np.float64) + np.degrees(turn)
    return (to_lon + 180) % 360 - 180, np.degrees(np.arcsin(np.clip(sine, -1, 1)))


def flatten(lon: ArrayLike, lat: ArrayLike, around: tuple[float, float]) -> tuple[Floats, Floats]:
    """East and north in km on the azimuthal-equidistant map around a place (Snyder, 22-4 and 22-5)."""
    phi, phi0 = np.radians(lat), np.radians(around[1])
    turn = np.radians(np.asarray(lon, dtype=np.float64) - around[0])
    arc = distance_km(lon, lat, *around) / EARTH_KM
    sine = np.sin(arc)
    scale = EARTH_KM * np.divide(arc, sine, out=np.ones_like(arc), where=sine > 1e-12)
    east = scale * np.cos(phi) * np.sin(turn)
    north = scale * (np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(turn))
    return east, north
