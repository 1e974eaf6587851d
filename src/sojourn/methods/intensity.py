"""Shaking to expect at a distance from an earthquake, and the areas where it is at least a level.

Modified Mercalli Intensity (MMI, 1 to 12) in active shallow crust on average ground: Allen, T. I., Wald, D. J. and
Worden, C. B. (2012), Intensity attenuation for active crustal regions, Journal of Seismology 16, 409-433: their
relations for rupture distance and for hypocentral distance, with the standard deviation of each. The authors fitted
magnitudes 5.0 to 7.9 within 300 km; beyond that the numbers are an extrapolation.

Not verified: the coefficients were typed from knowledge and compared with values of public implementations, not
with the printed tables; the site term (soil) is left out; a rupture is a line at one depth here, not a plane.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from sojourn.methods import dateline, sphere

Floats = NDArray[np.float64]

# MMI = C0 + C1 M + C2 ln sqrt(R² + (1 + C3 e^(M-5))²) for the distance R to the rupture in km.
RUPTURE_C0: Final = 3.950
RUPTURE_C1: Final = 0.913
RUPTURE_C2: Final = -1.107
RUPTURE_C3: Final = 0.813
RUPTURE_SIGMA: Final = (0.72, 0.23, 44.7)

# MMI = C0 + C1 M + C2 ln sqrt(R² + (M1 + M2 e^(M-5))²), beyond 50 km + C4 ln(R/50), R to the hypocentre.
HYPOCENTRE_C0: Final = 2.085
HYPOCENTRE_C1: Final = 1.428
HYPOCENTRE_C2: Final = -1.402
HYPOCENTRE_C4: Final = 0.078
HYPOCENTRE_M1: Final = -0.209
HYPOCENTRE_M2: Final = 2.042
HYPOCENTRE_SIGMA: Final = (0.82, 0.37, 22.9)
FAR_KM: Final = 50.0

_QUARTER_SEGMENTS: Final = 24
_DECIMALS: Final = 4  # about 11 m, far finer than the relation


class CannotReach(Exception):
    """No place on the surface is shaken that strongly; the message says how strong it gets."""


@dataclass(frozen=True, slots=True)
class Rupture:
    """A fault that broke along a line: from a point in degrees, towards an azimuth, for a length in km.

    `depth_km` is the depth of the line, `azimuth_degrees` runs clockwise from north; a length of 0 is a point.
    """

    longitude: float
    latitude: float
    depth_km: float
    magnitude: float
    azimuth_degrees: float = 0.0
    length_km: float = 0.0


def at_rupture_distance(distance_km: ArrayLike, magnitude: float) -> Floats:
    """Return the median MMI at closest distances to the rupture in km, shape kept (Allen et al. 2012)."""
    distance = np.asarray(distance_km, dtype=np.float64)
    log = np.log(np.hypot(distance, _near_source_km(magnitude)))
    return np.asarray(RUPTURE_C0 + RUPTURE_C1 * magnitude + RUPTURE_C2 * log)


def at_hypocentral_distance(distance_km: ArrayLike, magnitude: float) -> Floats:
    """Return the median MMI at distances to the hypocentre in km, shape kept (Allen et al. 2012)."""
    distance = np.asarray(distance_km, dtype=np.float64)
    near_km = HYPOCENTRE_M1 + HYPOCENTRE_M2 * math.exp(magnitude - 5)
    far = HYPOCENTRE_C4 * np.log(np.maximum(distance, FAR_KM) / FAR_KM)
    log = np.log(np.hypot(distance, near_km))
    return np.asarray(HYPOCENTRE_C0 + HYPOCENTRE_C1 * magnitude + HYPOCENTRE_C2 * log + far)


def standard_deviation(
    distance_km: ArrayLike, coefficients: tuple[float, float, float] = RUPTURE_SIGMA
) -> Floats:
    """Return the standard deviation of MMI at distances in km: s1 + s2 / (1 + (R/s3)²), shape kept."""
    level, near, scale_km = coefficients
    ratio = np.asarray(distance_km, dtype=np.float64) / scale_km
    return np.asarray(level + near / (1 + ratio**2))


def rupture_distance_for(intensity: float, magnitude: float) -> float:
    """Return the distance to the rupture in km at which the median MMI is `intensity`.

    The relation solved for R. Raises CannotReach when even at the rupture it is weaker.
    """
    log = (intensity - RUPTURE_C0 - RUPTURE_C1 * magnitude) / RUPTURE_C2
    square = math.exp(2 * log) - _near_source_km(magnitude) ** 2
    if square < 0:
        most = float(at_rupture_distance(0.0, magnitude))
        raise CannotReach(f"Intensity {intensity:g} is not reached: the most is {most:.1f}.")
    return math.sqrt(square)


def at_places(rupture: Rupture, longitude: ArrayLike, latitude: ArrayLike) -> Floats:
    """Return the median MMI at places in degrees on the surface; shapes ``(n,)``."""
    around = (rupture.longitude, rupture.latitude)
    east, north = sphere.flatten(longitude, latitude, around)
    along_east, along_north = _direction(rupture)
    along = np.clip(east * along_east + north * along_north, 0, rupture.length_km)
    aside = np.hypot(east - along * along_east, north - along * along_north)
    return at_rupture_distance(np.hypot(aside, rupture.depth_km), rupture.magnitude)


def bands_of(rupture: Rupture, levels: Iterable[float]) -> dict[float, Mapping[str, Any]]:
    """Return level → GeoJSON geometry of where the median MMI is at least that level, mildest first.

    Every place within one distance of a line is that line widened: an outline of equal intensity has a closed
    form. It is drawn on an azimuthal-equidistant map around the start of the rupture (`methods.sphere`), inside the
    true one by at most 0.05 % of its width. Levels that the surface does not reach are left out.
    """
    bands = {}
    for level in sorted(levels):
        try:
            reach_km = rupture_distance_for(level, rupture.magnitude)
        except CannotReach:
            continue
        if reach_km > rupture.depth_km:
            on_ground_km = math.sqrt(reach_km**2 - rupture.depth_km**2)
            bands[level] = _widened(rupture, on_ground_km)
    return bands


def _near_source_km(magnitude: float) -> float:
    return 1 + RUPTURE_C3 * math.exp(magnitude - 5)


def _direction(rupture: Rupture) -> tuple[float, float]:
    azimuth = math.radians(rupture.azimuth_degrees)
    return math.sin(azimuth), math.cos(azimuth)


def _widened(rupture: Rupture, width_km: float) -> Mapping[str, Any]:
    east, north = _direction(rupture)
    end = (rupture.length_km * east, rupture.length_km * north)
    line = shapely.LineString([(0, 0), end]) if rupture.length_km else shapely.Point(0, 0)
    flat = line.buffer(width_km, quad_segs=_QUARTER_SEGMENTS)
    flat = shapely.segmentize(flat, 20.0)

    def back(corners: Floats) -> Floats:
        placed = sphere.destination(
            rupture.longitude, rupture.latitude, corners[:, 0], corners[:, 1]
        )
        return np.asarray(np.round(np.column_stack(placed), _DECIMALS), dtype=np.float64)

    area = dateline.cut(shapely.transform(flat, back))
    return dict(shapely.geometry.mapping(area))
