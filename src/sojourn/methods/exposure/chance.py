"""How likely it is that a person is where the last known location says, and inside a footprint.

Two doubts multiply: how accurate the position was, and how old it is.

Accuracy is read as the radius that holds the true place with 95 % confidence (W3C, Geolocation,
accuracy attribute), in a circular normal distribution; a place known only as a cell is anywhere in it
alike. Both are integrated over a fixed pattern of places, so the same question has the same answer.
The circular normal: Johnson, Kotz and Balakrishnan (1995), Continuous Univariate Distributions 2,
chapter 29; in the middle of a circle it is the Rayleigh distribution.

Age: a share ``2 ** (-age / half_life)`` of people are still where they were. The half-lives are assumptions of
this project, not a finding: no published rate was found for people abroad; set your own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sojourn.methods import sphere, zorder
from sojourn.methods.exposure.cells import NONE
from sojourn.methods.exposure.search import bands_at
from sojourn.methods.footprint import Footprint

Floats = NDArray[np.float64]

HALF_LIFE_DAYS: Final[
    Mapping[str, float]
] = {  # assumptions: how long such people stay in one place
    "visitor": 7.0,
    "student": 180.0,
    "worker": 180.0,
    "domestic_worker": 365.0,
    "family": 365.0,
    "resident": 730.0,
}
OTHER_HALF_LIFE_DAYS: Final = 90.0
SIGMA_PER_ACCURACY: Final = 1 / np.sqrt(
    -2 * np.log(0.05)
)  # the 95 % radius of a circular normal is 2.448 sd

_RINGS: Final = 8
_RAYS: Final = 12
_CELL_SIDE: Final = 8


@dataclass(frozen=True, slots=True)
class DiscBands:
    """Blurred points against a footprint; every array has shape ``(n,)``.

    ``certain`` and ``possible`` are the worst band holding all, and any, of the 95 % disc's rings and middle;
    ``inside`` is the probability of being in any band.
    """

    certain: NDArray[np.int16]
    possible: NDArray[np.int16]
    inside: Floats


def still_there(age_days: ArrayLike, half_life_days: ArrayLike = OTHER_HALF_LIFE_DAYS) -> Floats:
    """The share of people still where they were seen ``age_days`` ago; an age below 0 counts as 0."""
    return np.asarray(
        0.5 ** (np.maximum(np.asarray(age_days, dtype=np.float64), 0) / half_life_days)
    )


def share_of_cells(
    footprint: Footprint, key: NDArray[np.int64], level: NDArray[np.uint8]
) -> Floats:
    """The share of each cell's area, in degrees, that is in any band, from 64 places in it; shape ``(n,)``."""
    west, south, east, north = (side[:, None] for side in zorder.bounds(key, level))
    middles = (np.arange(_CELL_SIDE) + 0.5) / _CELL_SIDE
    x, y = (grid.ravel() for grid in np.meshgrid(middles, middles))
    lon, lat = west + (east - west) * x, south + (north - south) * y
    return _share_inside(footprint, lon, lat)


def discs(footprint: Footprint, lon: Floats, lat: Floats, accuracy_km: Floats) -> DiscBands:
    """Points in degrees with a 95 % radius in km, shapes ``(n,)``; a radius of 0 is an exact point."""
    east, north = _normal_pattern()
    to_lon, to_lat = sphere.destination(
        lon[:, None], lat[:, None], east * accuracy_km[:, None], north * accuracy_km[:, None]
    )
    bands = bands_at(footprint, to_lon.ravel(), to_lat.ravel()).reshape(len(lon), -1)
    within = np.hypot(east, north) <= 1 + 1e-9
    inside = (bands[:, _PATTERN_WEIGHTLESS:] > NONE).mean(axis=1) if len(lon) else np.zeros(0)
    disc = bands[:, within]
    return DiscBands(disc.min(axis=1, initial=32767), disc.max(axis=1, initial=NONE), inside)


_PATTERN_WEIGHTLESS: Final = 1 + 24  # the middle and the rim decide the answer, not the probability


def _normal_pattern() -> tuple[Floats, Floats]:
    """Places in units of the 95 % radius: the middle, 24 on the rim, then rings of equal probability (medians of
    ``1 - exp(-r**2 / 2 sd**2)``), each turned against the one before."""
    share = (np.arange(_RINGS) + 0.5) / _RINGS
    radius = SIGMA_PER_ACCURACY * np.sqrt(-2 * np.log(1 - share))
    ring = np.arange(_RINGS)[:, None]
    angle = 2 * np.pi * (np.arange(_RAYS) + 0.5 * (ring % 2) + 0.25 * (ring % 4 > 1)) / _RAYS
    rim = 2 * np.pi * np.arange(24) / 24
    east = np.concatenate([[0], np.cos(rim), (radius[:, None] * np.cos(angle)).ravel()])
    north = np.concatenate([[0], np.sin(rim), (radius[:, None] * np.sin(angle)).ravel()])
    return east, north


def _share_inside(footprint: Footprint, lon: Floats, lat: Floats) -> Floats:
    if not len(lon):
        return np.zeros(0)
    bands = bands_at(footprint, lon.ravel(), lat.ravel()).reshape(lon.shape)
    return np.asarray((bands > NONE).mean(axis=1))
