"""The edges of polygons, and which cells of the quadtree they touch.

The test errs only towards "touches": boxes are widened by a margin far above rounding and far below a person.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from sojourn.methods import zorder

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]
Floats = NDArray[np.float64]

MARGIN: Final = 1e-9  # degrees
_POLYGON: Final = 3


@dataclass(frozen=True, slots=True)
class Edges:
    """Straight edges; every array has shape ``(n,)``.

    ``shape`` is the number of the shape an edge belongs to. On the edge ``x * dy - y * dx = side`` (degrees);
    ``west`` to ``east`` and ``south`` to ``north`` are the columns and rows of the finest level that it spans.
    """

    shape: Int32s
    dx: Floats
    dy: Floats
    side: Floats
    west: Int32s
    east: Int32s
    south: Int32s
    north: Int32s

    def __len__(self) -> int:
        return len(self.shape)

    @classmethod
    def of(cls, numbers: Int32s, shapes: NDArray[np.object_]) -> Self:
        """The edges of some shapes, under the number of each. A point is an edge without length."""
        lines, owner = _lines(numbers, shapes)
        corners, of = shapely.get_coordinates(lines, return_index=True)
        alone = np.flatnonzero(np.bincount(of)[of] == 1) if len(of) else of
        start = np.concatenate([np.flatnonzero(of[1:] == of[:-1]), alone])
        end = start + 1
        end[len(end) - len(alone) :] = alone
        ax, ay = corners[start].T
        bx, by = corners[end].T
        dx, dy = bx - ax, by - ay
        return cls(
            owner[of[start]],
            dx,
            dy,
            ax * dy - ay * dx,
            _number(np.minimum(ax, bx) - MARGIN, 360),
            _number(np.maximum(ax, bx) + MARGIN, 360),
            _number(np.minimum(ay, by) - MARGIN, 180),
            _number(np.maximum(ay, by) + MARGIN, 180),
        )

    def cells_at(self, level: int) -> Int64s:
        """How many cells of a level the box of each edge spans."""
        spare = zorder.LEVELS - level
        columns = (self.east >> spare) - (self.west >> spare) + 1
        rows = (self.north >> spare) - (self.south >> spare) + 1
        return np.asarray(columns.astype(np.int64) * rows)

    def touched(self, level: int, counts: Int64s) -> tuple[Int64s, Int64s, Int64s]:
        """The edge, column and row of each touch at a level; ``counts`` from `cells_at`."""
        spare = zorder.LEVELS - level
        edge = np.repeat(np.arange(len(self)), counts)
        nth = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
        west, south = self.west >> spare, self.south >> spare
        columns = ((self.east >> spare) - west + 1).astype(np.int64)[edge]
        row = nth // columns
        x, y = west[edge] + nth - row * columns, south[edge] + row
        near = np.flatnonzero(self.cross(edge, x, y, level))
        return edge[near], x[near], y[near]

    def quartered(self, edge: Int64s, x: Int64s, y: Int64s, level: int) -> tuple[Int64s, Int64s]:
        """Which quarters of the cells they touch some edges touch: the number of the touch, and of the quarter.

        ``x`` and ``y`` are the column and row of each touched cell, ``level`` the level of the quarters.
        """
        spare = zorder.LEVELS - level
        middle_x, middle_y = 2 * x + 1, 2 * y + 1
        left, right = (self.west >> spare)[edge] < middle_x, (self.east >> spare)[edge] >= middle_x
        low, high = (self.south >> spare)[edge] < middle_y, (self.north >> spare)[edge] >= middle_y
        found = [
            np.flatnonzero(part) for part in (left & low, right & low, left & high, right & high)
        ]
        touch = np.concatenate(found)
        quarter = np.repeat(np.arange(4), [len(part) for part in found])
        column, row = 2 * x[touch] + (quarter & 1), 2 * y[touch] + (quarter >> 1)
        near = np.flatnonzero(self.cross(edge[touch], column, row, level))
        return touch[near], quarter[near]

    def cross(self, edge: Int64s, x: Int64s, y: Int64s, level: int) -> NDArray[np.bool_]:
        """Whether the line through an edge meets a cell: the cell's corners are not all on one side of it."""
        half_w, half_h = 180 / 2**level, 90 / 2**level
        dx, dy = self.dx[edge], self.dy[edge]
        aside = (x * (2 * half_w) + (half_w - 180)) * dy
        aside -= (y * (2 * half_h) + (half_h - 90)) * dx
        aside -= self.side[edge]
        reach = (half_w + MARGIN) * np.abs(dy) + (half_h + MARGIN) * np.abs(dx)
        return np.asarray(np.abs(aside) <= reach)


def _number(degrees: Floats, turn: int) -> Int32s:
    """Degrees as the number of a column (of 360) or row (of 180) of the finest level."""
    number = np.floor((degrees + turn / 2) * ((1 << zorder.LEVELS) / turn))
    return np.clip(number, 0, (1 << zorder.LEVELS) - 1).astype(np.int32)


def _lines(owner: Int32s, shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], Int32s]:
    """The rings of polygons, and the lines and points beside them, with the number of the shape of each."""
    while (shapely.get_type_id(shapes) > _POLYGON).any():  # a collection may hold collections
        shapes, of = shapely.get_parts(shapes, return_index=True)
        owner = owner[of]
    is_polygon = shapely.get_type_id(shapes) == _POLYGON
    rings, of = shapely.get_rings(shapes[is_polygon], return_index=True)
    return (
        np.concatenate([rings, shapes[~is_polygon]]),
        np.concatenate([owner[is_polygon][of], owner[~is_polygon]]),
    )
