"""A footprint as ranges of Z-order keys: one adaptive quadtree over all bands at once.

A cell that no edge touches is uniform: it lies in one band as a whole, or in none. A cell that edges touch is
split while that saves more exact tests than it costs. Both kinds end as ranges; an edge range lists the shapes
that cross it. The edge test errs only towards "touches", so uniform ranges are exact.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sojourn.methods.exposure.cells import (
    NONE,
    Bools,
    Floats,
    Front,
    Int16s,
    Int32s,
    Int64s,
    Shapes,
    level_over,
    meet,
)
from sojourn.methods.exposure.edges import MARGIN, Edges
from sojourn.methods.footprint import Circle, Footprint

Counter = Callable[[Int64s, Int64s], Floats]

FINEST: Final = 26
# Measured: so many exact tests cost less than looking at edges at all, or than splitting a cell.
TESTS_WORTH_LOOKING: Final = 4_000
TESTS_WORTH_A_SPLIT: Final = 120
TESTS_WORTH_AN_EDGE: Final = 1.0
MOST_EDGE_CELLS: Final = 60_000
MOST_TOUCHES: Final = 2_000_000  # a hostile outline is taken coarser, not with more memory
_FIRST_TOUCHES: Final = 60_000
_FIRST_PAIRS: Final = 16_000
_FIRST_CELLS: Final = (16, 8, 4, 2, 1)  # along each axis: as many as edges and shapes allow
_EVEN_CELLS: Final = 512


@dataclass(frozen=True, slots=True)
class Cover:
    """Key ranges ``[lo, hi)``, ascending and apart.

    ``base`` is the worst band that holds the range whole, or -1. The shapes that cross range ``i`` are
    ``crossing[offset[i]:offset[i + 1]]`` (numbers into ``shapes``), worst band first; none where the range is
    uniform. ``areas`` are the prepared shapes, None where one is a circle; ``circles`` come with their numbers.
    """

    bands: Int16s
    lo: Int64s
    hi: Int64s
    base: Int16s
    crossing: Int32s
    offset: Int64s
    areas: NDArray[np.object_]
    circles: tuple[tuple[int, Circle], ...]

    def edge(self) -> Bools:
        """Which ranges an edge crosses."""
        return np.diff(self.offset) > 0


@dataclass(slots=True)
class _Ranges:
    """Finished ranges, in pieces; ``pair_range`` and ``pair_shape`` say which shapes cross which."""

    lo: list[Int64s] = field(default_factory=list)
    hi: list[Int64s] = field(default_factory=list)
    base: list[Int16s] = field(default_factory=list)
    pair_range: list[Int64s] = field(default_factory=list)
    pair_shape: list[Int32s] = field(default_factory=list)
    count: int = 0

    def take(self, front: Front, chosen: Bools) -> None:
        """Add some cells of a front."""
        cells, pairs = np.flatnonzero(chosen), np.flatnonzero(chosen[front.pair_cell])
        number = np.cumsum(chosen) + (self.count - 1)
        self.lo.append(front.key[cells])
        self.hi.append(front.ends()[cells])
        self.base.append(front.base[cells])
        self.pair_range.append(number[front.pair_cell[pairs]])
        self.pair_shape.append(front.pair_shape[pairs])
        self.count += len(cells)


def cover_of(footprint: Footprint, people_in: Counter | None = None) -> Cover:
    """Cover a footprint. ``people_in`` tells about how many people have a key in each range ``[lo, hi)``, so that
    cells are split where people are; without it, all edge cells are split alike."""
    pairs = footprint.shapes()
    if footprint.raster is not None:
        west, south, east, north = footprint.raster.box()
        pairs = [*pairs, *((0, box) for box in _raster_boxes(west, south, east, north))]
    shapes, done = Shapes(pairs), _Ranges()
    if not len(shapes):
        return _merged(shapes, done)
    boxes = shapes.boxes()
    front = _unlooked(boxes, _FIRST_CELLS[0])
    if people_in is not None and _tests(front, people_in).sum() <= TESTS_WORTH_LOOKING:
        done.take(front, front.crossed_by() > 0)
        return _merged(shapes, done)
    edges = shapes.edges()
    front = _touched(front, boxes, edges, len(shapes))
    while len(front):
        front.classify(shapes)
        crossed = front.crossed_by() > 0
        wanted = crossed & _worth_splitting(front, people_in)
        done.take(front, ~wanted & (crossed | (front.base > NONE)))
        front = front.part(wanted).split(edges)
    return _merged(shapes, done)


def _raster_boxes(west: float, south: float, east: float, north: float) -> list[BaseGeometry]:
    south, north = max(south, -90.0), min(north, 90.0)
    if east - west >= 360:
        return [shapely.box(-180, south, 180, north)]
    boxes = [shapely.box(max(west, -180), south, min(east, 180), north)]
    if east > 180:
        boxes.append(shapely.box(-180, south, east - 360, north))
    if west < -180:
        boxes.append(shapely.box(west + 360, south, 180, north))
    return boxes


def _unlooked(boxes: Floats, along: int) -> Front:
    """A few cells over everything, each paired with the shapes whose box it meets, as if those crossed it."""
    level = level_over(boxes, along)
    x, y = _grid(boxes, level)
    return Front.at(level, x, y, meet(boxes, x, y, level))


def _touched(front: Front, boxes: Floats, edges: Edges, shapes: int) -> Front:
    """Those cells, or larger ones where shapes or edges are many, with the edges that touch each."""
    for along in _FIRST_CELLS:
        level = level_over(boxes, along)
        counts = edges.cells_at(level)
        if counts.sum() <= _FIRST_TOUCHES and along * along * shapes <= _FIRST_PAIRS:
            break
    if level != front.level:
        front = _unlooked(boxes, along)
    edge, column, row = edges.touched(level, counts)
    wide = int(front.x[-1] - front.x[0]) + 1
    cell, shape = (row - front.y[0]) * wide + column - front.x[0], edges.shape[edge]
    pair = np.zeros((len(front), shapes), dtype=np.int64)
    pair[front.pair_cell, front.pair_shape] = np.arange(len(front.pair_cell))
    front.touch_pair, front.touch_edge = pair[cell, shape], edge
    return front


def _grid(boxes: Floats, level: int) -> tuple[Int64s, Int64s]:
    """Columns and rows of all cells of a level over some boxes, row by row."""
    side, middle, turn = 2**level, np.asarray((180, 90)), np.asarray((360, 180))
    least, most = boxes[:, :2].min(axis=0) - MARGIN, boxes[:, 2:].max(axis=0) + MARGIN
    first = np.clip((least + middle) / turn * side, 0, side - 1).astype(np.int64)
    last = np.clip((most + middle) / turn * side, 0, side - 1).astype(np.int64)
    columns, rows = np.arange(first[0], last[0] + 1), np.arange(first[1], last[1] + 1)
    return np.tile(columns, len(rows)), np.repeat(rows, len(columns))


def _tests(front: Front, people_in: Counter) -> Floats:
    """About how many exact tests each cell would take as it is."""
    return np.asarray(people_in(front.key, front.ends()) * front.crossed_by())


def _worth_splitting(front: Front, people_in: Counter | None) -> Bools:
    cells = int((front.crossed_by() > 0).sum())
    is_enough = cells > MOST_EDGE_CELLS or len(front.touch_edge) > MOST_TOUCHES
    if front.level >= FINEST or is_enough:
        return np.zeros(len(front), dtype=bool)
    if people_in is None:
        return np.full(len(front), cells < _EVEN_CELLS)
    least = np.maximum(TESTS_WORTH_A_SPLIT, TESTS_WORTH_AN_EDGE * front.edges())
    return np.asarray(_tests(front, people_in) > least)


def _merged(shapes: Shapes, done: _Ranges) -> Cover:
    """Ranges in key order, neighbouring uniform ranges of one band joined."""
    nothing = np.zeros(0, np.int64)
    lo, hi = np.concatenate([nothing, *done.lo]), np.concatenate([nothing, *done.hi])
    base = np.concatenate([nothing.astype(np.int16), *done.base])
    pair_range = np.concatenate([nothing, *done.pair_range])
    shape = np.concatenate([nothing.astype(np.int32), *done.pair_shape])
    order = np.argsort(lo)
    lo, hi, base = lo[order], hi[order], base[order]
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    pair_range = rank[pair_range]
    count = np.bincount(pair_range, minlength=len(lo))
    starts = np.ones(len(lo), dtype=bool)
    starts[1:] = (lo[1:] != hi[:-1]) | (base[1:] != base[:-1]) | (count[1:] > 0) | (count[:-1] > 0)
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(lo)) - 1 if len(first) else first
    harm = np.argsort(np.argsort(shapes.bands))
    worst_first = np.argsort((pair_range + 1) * len(shapes) - harm[shape])
    return Cover(
        shapes.bands,
        lo[first],
        hi[last],
        base[first],
        shape[worst_first],
        np.concatenate([[0], np.cumsum(count[first])]).astype(np.int64),
        shapes.areas,
        shapes.circles,
    )


def slices(starts: Int64s, counts: Int64s) -> Int64s:
    """The indices of several slices, one after the other."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) + np.repeat(starts - before, counts))
