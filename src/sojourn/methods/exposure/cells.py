"""Cells of the quadtree, level by level: which shapes cross each, and which band holds it whole."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sojourn.methods import sphere, zorder
from sojourn.methods.exposure.edges import MARGIN, Edges
from sojourn.methods.footprint import Circle

Bools = NDArray[np.bool_]
Int16s = NDArray[np.int16]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Floats = NDArray[np.float64]
Shape: TypeAlias = BaseGeometry | Circle

NONE: Final = -1
_QUARTERS: Final = np.arange(4)  # east of the middle: 1, north of it: 2


class Shapes:
    """All shapes of a footprint, as arrays."""

    def __init__(self, pairs: list[tuple[int, Shape]]) -> None:
        self.all = tuple(shape for _, shape in pairs)
        self.bands = np.asarray([number for number, _ in pairs], dtype=np.int16)
        self.circles = tuple((i, one) for i, one in enumerate(self.all) if isinstance(one, Circle))
        self.is_circle = np.zeros(len(pairs), dtype=bool)
        self.is_circle[[number for number, _ in self.circles]] = True
        self.areas = np.empty(len(pairs), dtype=np.object_)
        self.areas[:] = [None if isinstance(one, Circle) else one for one in self.all]
        shapely.prepare(self.areas)

    def __len__(self) -> int:
        return len(self.all)

    def edges(self) -> Edges:
        """The edges of all polygons."""
        numbers = np.flatnonzero(~self.is_circle)
        return Edges.of(numbers.astype(np.int32), self.areas[numbers])

    def boxes(self) -> Floats:
        """West, south, east and north of each; shape ``(n, 4)``."""
        boxes = np.asarray(shapely.bounds(self.areas))
        for number, circle in self.circles:
            boxes[number] = _box(circle)
        return boxes


@dataclass(slots=True)
class Front:
    """Cells of one level that are being split; ``key`` is the first of each.

    A pair is a cell and a shape that crosses it; a touch, a pair and an edge. ``base`` is the worst band that
    holds a cell whole, or -1.
    """

    level: int
    x: Int64s
    y: Int64s
    key: Int64s
    base: Int16s
    pair_cell: Int64s
    pair_shape: Int32s
    touch_pair: Int64s
    touch_edge: Int64s

    @classmethod
    def at(cls, level: int, x: Int64s, y: Int64s, met: Bools) -> "Front":
        """Cells that nothing is known of but which shapes they may meet; ``met`` has shape ``(cells, shapes)``."""
        spare = zorder.LEVELS - level
        pair_cell, pair_shape = np.nonzero(met)
        nothing = np.zeros(0, np.int64)
        return cls(
            level,
            x,
            y,
            zorder.interleave(x << spare, y << spare),
            np.full(len(x), NONE, np.int16),
            pair_cell,
            pair_shape.astype(np.int32),
            nothing,
            nothing,
        )

    def __len__(self) -> int:
        return len(self.key)

    def ends(self) -> Int64s:
        """The first key beyond each cell."""
        return np.asarray(self.key + (1 << 2 * (zorder.LEVELS - self.level)))

    def crossed_by(self) -> Int64s:
        """How many shapes cross each cell."""
        return np.bincount(self.pair_cell, minlength=len(self))

    def edges(self) -> Int64s:
        """How many edges touch each cell."""
        return np.bincount(self.pair_cell[self.touch_pair], minlength=len(self))

    def part(self, keep: Bools) -> "Front":
        """Only the cells kept, with their pairs and touches."""
        cells, pairs = np.flatnonzero(keep), np.flatnonzero(keep[self.pair_cell])
        touch_pair = _renumbered(pairs, len(self.pair_cell))[self.touch_pair]
        touches = np.flatnonzero(touch_pair > NONE)
        return Front(
            self.level,
            self.x[cells],
            self.y[cells],
            self.key[cells],
            self.base[cells],
            _renumbered(cells, len(self))[self.pair_cell[pairs]],
            self.pair_shape[pairs],
            touch_pair[touches],
            self.touch_edge[touches],
        )

    def split(self, edges: Edges) -> "Front":
        """Four cells for one, with the edges that touch each; not yet classified."""
        cell = self.pair_cell[self.touch_pair]
        level = self.level + 1
        touch, quarter = edges.quartered(self.touch_edge, self.x[cell], self.y[cell], level)
        along_curve = ((_QUARTERS & 1) << 1 | _QUARTERS >> 1) << 2 * (zorder.LEVELS - level)
        return Front(
            level,
            (self.x[:, None] * 2 + (_QUARTERS & 1)).ravel(),
            (self.y[:, None] * 2 + (_QUARTERS >> 1)).ravel(),
            (self.key[:, None] + along_curve).ravel(),
            np.repeat(self.base, 4),
            (self.pair_cell[:, None] * 4 + _QUARTERS).ravel(),
            np.repeat(self.pair_shape, 4),
            self.touch_pair[touch] * 4 + quarter,
            self.touch_edge[touch],
        )

    def classify(self, shapes: Shapes) -> None:
        """Keep pairs whose shape crosses the cell and could worsen its band; raise the base by the others."""
        crossed = np.zeros(len(self.pair_cell), dtype=bool)
        crossed[self.touch_pair] = True
        inside = np.zeros_like(crossed)
        side_x, side_y = 360 / 2**self.level, 180 / 2**self.level
        lon, lat = (self.x + 0.5) * side_x - 180, (self.y + 0.5) * side_y - 90
        is_round = shapes.is_circle[self.pair_shape]
        of = np.flatnonzero(~(crossed | is_round))
        cell = self.pair_cell[of]
        inside[of] = shapely.intersects_xy(shapes.areas[self.pair_shape[of]], lon[cell], lat[cell])
        for number, circle in shapes.circles:
            of = np.flatnonzero(self.pair_shape == number)
            cell = self.pair_cell[of]
            crossed[of], inside[of] = _circle_and_cells(
                circle, lon[cell], lat[cell], side_x, side_y
            )
        band = shapes.bands[self.pair_shape]
        np.maximum.at(self.base, self.pair_cell[inside], band[inside])
        kept = np.flatnonzero(crossed & (band > self.base[self.pair_cell]))
        touch_pair = _renumbered(kept, len(crossed))[self.touch_pair]
        touches = np.flatnonzero(touch_pair > NONE)
        self.pair_cell, self.pair_shape = self.pair_cell[kept], self.pair_shape[kept]
        self.touch_pair, self.touch_edge = touch_pair[touches], self.touch_edge[touches]


def _renumbered(kept: Int64s, of: int) -> Int64s:
    """The new number of each of ``of`` things, -1 for those not kept."""
    number = np.full(of, NONE, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    return number


def level_over(boxes: Floats, along: int) -> int:
    """The finest level of which so many cells along each axis are enough."""
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    wide = max((east - west) / 360, (north - south) / 180)
    level = zorder.LEVELS
    while level and wide * 2**level > along - 1:
        level -= 1
    return level


def meet(boxes: Floats, x: Int64s, y: Int64s, level: int) -> NDArray[np.bool_]:
    """Which cells meet which boxes. Shape ``(cells, boxes)``."""
    side_x, side_y = 360 / 2**level, 180 / 2**level
    west, south = (x * side_x - (180 + MARGIN))[:, None], (y * side_y - (90 + MARGIN))[:, None]
    met = (boxes[:, 0] <= west + (side_x + 2 * MARGIN)) & (boxes[:, 2] >= west)
    met &= (boxes[:, 1] <= south + (side_y + 2 * MARGIN)) & (boxes[:, 3] >= south)
    return np.asarray(met)


def _box(circle: Circle) -> tuple[float, float, float, float]:
    arc = circle.radius_km / sphere.EARTH_KM
    south, north = circle.latitude - np.degrees(arc), circle.latitude + np.degrees(arc)
    west, east = -180.0, 180.0
    if south > -90 and north < 90:
        turn = np.degrees(np.arcsin(min(1.0, np.sin(arc) / np.cos(np.radians(circle.latitude)))))
        if circle.longitude - turn >= -180 and circle.longitude + turn <= 180:
            west, east = circle.longitude - turn - MARGIN, circle.longitude + turn + MARGIN
    return (
        max(west, -180.0),
        max(south - MARGIN, -90.0),
        min(east, 180.0),
        min(north + MARGIN, 90.0),
    )


def _circle_and_cells(
    circle: Circle, lon: Floats, lat: Floats, side_x: float, side_y: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which cells the rim may cross and which the circle holds whole, by the triangle inequality.

    No place of a cell is farther from its middle than half its height plus half its longest parallel.
    """
    nearest_equator = np.maximum(np.abs(lat) - side_y / 2, 0)
    reach = sphere.EARTH_KM * np.radians(
        side_y / 2 + side_x / 2 * np.cos(np.radians(nearest_equator))
    )
    away = sphere.distance_km(lon, lat, circle.longitude, circle.latitude)
    slack = 1e-6  # km; above what rounding does to a distance
    inside = away + reach < circle.radius_km - slack
    outside = away - reach > circle.radius_km + slack
    return ~(inside | outside), inside
