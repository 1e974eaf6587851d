"""Z-order keys: one 60-bit number for a place on Earth, near places having near numbers.

A key interleaves 30 bits of longitude (the higher of each pair) with 30 bits of latitude. Cutting it
to level ``L`` keeps ``L`` bits of each and so coarsens the place to a cell of ``360 / 2**L`` by
``180 / 2**L`` degrees: level 30 is 3.7 cm at the equator, level 16 is 611 m by 306 m.
Coordinates enter as whole 1e-7 degrees, so that encoding is exact integer arithmetic.
Morton (1966), A computer oriented geodetic data base and a new technique in file sequencing.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVELS: Final = 30
KEYS: Final = 1 << (2 * LEVELS)
E7: Final = 10_000_000
KM_PER_DEGREE: Final = 111.195  # of a great circle, mean radius 6371.0088 km

_HALF_TURN_E7: Final = 180 * E7
_QUARTER_TURN_E7: Final = 90 * E7
_STEPS: Final = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)

Keys = NDArray[np.int64]


def e7(degrees: ArrayLike) -> NDArray[np.int32]:
    """Degrees as whole 1e-7 degrees (1.1 cm); any shape. Longitude 180 is for the caller to turn."""
    return np.rint(np.asarray(degrees, dtype=np.float64) * E7).astype(np.int32)


def encode(lon_e7: ArrayLike, lat_e7: ArrayLike) -> Keys:
    """The keys of places, shape ``(n,)``; longitude and latitude in whole 1e-7 degrees."""
    x = ((np.asarray(lon_e7, dtype=np.int64) + _HALF_TURN_E7) << LEVELS) // (2 * _HALF_TURN_E7)
    y = ((np.asarray(lat_e7, dtype=np.int64) + _QUARTER_TURN_E7) << LEVELS) // (
        2 * _QUARTER_TURN_E7
    )
    return interleave(np.clip(x, 0, (1 << LEVELS) - 1), np.clip(y, 0, (1 << LEVELS) - 1))


def key_of(longitude: float, latitude: float, level: int = LEVELS) -> int:
    """The key of one place in degrees, cut to a level."""
    return int(cut(encode(e7(longitude), e7(latitude)), level))


def cut(keys: ArrayLike, level: ArrayLike) -> Keys:
    """Keep ``level`` bits of each axis (0 to 30); the rest becomes 0. Shapes broadcast."""
    spare = 2 * (LEVELS - np.asarray(level, dtype=np.int64))
    return (np.asarray(keys, dtype=np.int64) >> spare) << spare


def span(level: ArrayLike) -> Keys:
    """How many keys a cell of a level holds: the cell of key ``k`` is ``[k, k + span)``."""
    return np.left_shift(np.int64(1), 2 * (LEVELS - np.asarray(level, dtype=np.int64)))


def interleave(x: ArrayLike, y: ArrayLike) -> Keys:
    """Column and row numbers (0 to 2**30 - 1) as keys."""
    return ((_spread(x) << np.uint64(1)) | _spread(y)).view(np.int64)


def columns_and_rows(keys: ArrayLike) -> tuple[Keys, Keys]:
    """The column and row numbers of keys: the reverse of ``interleave``."""
    unsigned = np.asarray(keys, dtype=np.int64).view(np.uint64)
    return _gather(unsigned >> np.uint64(1)), _gather(unsigned)


def bounds(
    keys: ArrayLike, level: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """West, south, east and north of cells in degrees, each of shape ``(n,)``; exact in binary."""
    x, y = columns_and_rows(cut(keys, level))
    side = np.left_shift(np.int64(1), LEVELS - np.asarray(level, dtype=np.int64))
    return _degrees(x, 360), _degrees(y, 180), _degrees(x + side, 360), _degrees(y + side, 180)


def centres(keys: ArrayLike, level: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of the middles of cells, in degrees."""
    west, south, east, north = bounds(keys, level)
    return (west + east) / 2, (south + north) / 2


def level_for(accuracy_km: float, finest: int = 16) -> int:
    """The finest level whose cells are at least twice the accuracy high, and not finer than asked.

    A position known to ``accuracy_km`` says no more than such a cell does.
    """
    level = finest
    while level > 0 and 180 / 2**level * KM_PER_DEGREE < 2 * accuracy_km:
        level -= 1
    return level


def _degrees(number: Keys, turn: int) -> NDArray[np.float64]:
    # number * turn has at most 39 bits, the division only moves the binary point: nothing is rounded
    return (number * turn).astype(np.float64) / (1 << LEVELS) - turn / 2


def _spread(number: ArrayLike) -> NDArray[np.uint64]:
    bits = np.asarray(number, dtype=np.int64).astype(np.uint64)
    for shift, mask in _STEPS:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits


def _gather(bits: NDArray[np.uint64]) -> Keys:
    bits = bits & np.uint64(_STEPS[-1][1])
    for (shift, _), (_, mask) in zip(
        reversed(_STEPS), [*reversed(_STEPS[:-1]), (0, 0xFFFFFFFF)], strict=True
    ):
        bits = (bits | (bits >> np.uint64(shift))) & np.uint64(mask)
    return bits.view(np.int64)
