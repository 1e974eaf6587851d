"""A footprint as ranges of Z-order keys: one adaptive quadtree over all bands at once.

A cell that no edge touches is uniform: it lies in one band as a whole, or in none. A cell that edges touch is
split while that saves more exact tests than it costs. Both kinds end as ranges; an edge range lists the shapes
that cross it. The edge test errs only towards "touches", so uniform ranges are exact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sojourn.methods import sphere, zorder
from sojourn.methods.footprint import Circle, Footprint

Int64s = NDArray[np.int64]
Floats = NDArray[np.float64]
Counter = Callable[[Int64s, Int64s], Floats]

NONE: Final = -1
FINEST: Final = 26
# Measured: fewer exact tests than this cost less than splitting a cell.
TESTS_WORTH_A_SPLIT: Final = 120
TESTS_WORTH_AN_EDGE: Final = 1.0
MOST_EDGE_CELLS: Final = 60_000
_FIRST_CELLS: Final = 4  # along each axis
_MOST_FIRST_CELLS: Final = 16  # where edges are few, to save the first levels
_FIRST_TOUCHES: Final = 60_000
_MARGIN: Final = 1e-9  # degrees; far above rounding, far below a person


@dataclass(frozen=True, slots=True)
class Cover:
    """Key ranges ``[lo, hi)``, ascending and apart.

    ``base`` is the worst band that holds the range whole, or -1. The shapes that cross range ``i`` are
    ``crossing[offset[i]:offset[i + 1]]`` (numbers into ``shapes``); none where the range is uniform.
    """

    shapes: tuple[BaseGeometry | Circle, ...]
    bands: NDArray[np.int16]
    lo: Int64s
    hi: Int64s
    base: NDArray[np.int16]
    crossing: NDArray[np.int32]
    offset: Int64s

    def edge(self) -> NDArray[np.bool_]:
        """Which ranges an edge crosses."""
        return np.diff(self.offset) > 0


@dataclass(frozen=True, slots=True)
class _Segments:
    """Edges of all polygons: ends in degrees and the shape each belongs to."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    shape: NDArray[np.int32]

    @classmethod
    def of(cls, shapes: tuple[BaseGeometry | Circle, ...]) -> Self:
        starts, ends, owners = [np.zeros((0, 2))], [np.zeros((0, 2))], [np.zeros(0, np.int32)]
        for number, shape in enumerate(shapes):
            if isinstance(shape, Circle):
                continue
            lines = shapely.get_parts(shapely.get_parts(shape))
            rings = shapely.get_rings(lines[shapely.get_type_id(lines) == 3])
            others = lines[shapely.get_type_id(lines) != 3]
            corners, of = shapely.get_coordinates([*rings, *others], return_index=True)
            same = of[1:] == of[:-1]
            alone = (
                np.isin(of, np.flatnonzero(np.bincount(of) == 1)) if len(of) else np.zeros(0, bool)
            )
            starts += [corners[:-1][same], corners[alone]]
            ends += [corners[1:][same], corners[alone]]
            owners.append(np.full(int(same.sum() + alone.sum()), number, np.int32))
        a, b = np.concatenate(starts), np.concatenate(ends)
        return cls(a[:, 0], a[:, 1], b[:, 0], b[:, 1], np.concatenate(owners))


@dataclass(slots=True)
class _Front:
    """Cells still being split. A pair is a cell and a shape that crosses it; a touch, a pair and an edge."""

    level: int
    x: Int64s
    y: Int64s
    base: NDArray[np.int16]
    pair_cell: Int64s
    pair_shape: NDArray[np.int32]
    touch_pair: Int64s
    touch_segment: Int64s

    def keys(self) -> tuple[Int64s, Int64s]:
        spare = zorder.LEVELS - self.level
        lo = zorder.interleave(self.x << spare, self.y << spare)
        return lo, lo + zorder.span(self.level)

    def part(self, keep: NDArray[np.bool_]) -> "_Front":
        """Only the cells kept, with their pairs and touches."""
        cell = np.cumsum(keep) - 1
        pairs = keep[self.pair_cell]
        pair = np.cumsum(pairs) - 1
        touches = pairs[self.touch_pair]
        return _Front(
            self.level,
            self.x[keep],
            self.y[keep],
            self.base[keep],
            cell[self.pair_cell[pairs]],
            self.pair_shape[pairs],
            pair[self.touch_pair[touches]],
            self.touch_segment[touches],
        )


@dataclass(slots=True)
class _Ranges:
    """Finished ranges, in pieces."""

    lo: list[Int64s]
    hi: list[Int64s]
    base: list[NDArray[np.int16]]
    crossing: list[NDArray[np.int32]]
    count: list[Int64s]

    def take(self, front: _Front) -> None:
        lo, hi = front.keys()
        order = np.argsort(front.pair_cell, kind="stable")
        self.lo.append(lo)
        self.hi.append(hi)
        self.base.append(front.base)
        self.crossing.append(front.pair_shape[order])
        self.count.append(np.bincount(front.pair_cell, minlength=len(lo)))


def cover_of(footprint: Footprint, people_in: Counter | None = None) -> Cover:
    """Cover a footprint. ``people_in`` tells about how many people have a key in each range ``[lo, hi)``, so that
    cells are split where people are; without it, all edge cells are split alike."""
    pairs = footprint.shapes()
    if footprint.raster is not None:
        west, south, east, north = footprint.raster.box()
        pairs = [*pairs, *((0, box) for box in _raster_boxes(west, south, east, north))]
    shapes = tuple(shape for _, shape in pairs)
    bands = np.asarray([number for number, _ in pairs], dtype=np.int16)
    if not shapes:
        nothing = np.zeros(0, np.int64)
        return Cover(
            (),
            bands,
            nothing,
            nothing,
            nothing.astype(np.int16),
            nothing.astype(np.int32),
            np.zeros(1, np.int64),
        )
    for shape in shapes:
        if not isinstance(shape, Circle):
            shapely.prepare(shape)
    segments = _Segments.of(shapes)
    front, done = _first(shapes, segments), _Ranges([], [], [], [], [])
    while len(front.x):
        wanted = _worth_splitting(front, people_in)
        done.take(front.part(~wanted))
        front = _classified(_split(front.part(wanted), segments), shapes, bands)
        uniform = np.bincount(front.pair_cell, minlength=len(front.x)) == 0
        done.take(front.part(uniform & (front.base > NONE)))
        front = front.part(~uniform)
    return _merged(shapes, bands, done)


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


def _first(shapes: tuple[BaseGeometry | Circle, ...], segments: _Segments) -> _Front:
    """A few cells over everything, paired with every shape and every edge."""
    boxes = np.asarray([_box(shape) for shape in shapes])
    west, south = boxes[:, 0].min(), boxes[:, 1].min()
    east, north = boxes[:, 2].max(), boxes[:, 3].max()
    wide = max((east - west) / 360, (north - south) / 180)
    along = (
        _MOST_FIRST_CELLS
        if len(segments.shape) * _MOST_FIRST_CELLS**2 < _FIRST_TOUCHES
        else _FIRST_CELLS
    )
    level = zorder.LEVELS
    while level and wide * 2**level > along - 1:
        level -= 1
    side = 2**level
    columns = np.arange(
        int((west + 180) / 360 * side), min(int((east + 180) / 360 * side), side - 1) + 1
    )
    rows = np.arange(
        int((south + 90) / 180 * side), min(int((north + 90) / 180 * side), side - 1) + 1
    )
    x, y = (grid.ravel() for grid in np.meshgrid(columns, rows))
    cells, s = len(x), len(shapes)
    segment = np.tile(np.arange(len(segments.shape)), cells)
    owner = np.repeat(np.arange(cells), len(segments.shape)) * s + segments.shape[segment]
    return _Front(
        level,
        x.astype(np.int64),
        y.astype(np.int64),
        np.full(cells, NONE, np.int16),
        np.repeat(np.arange(cells), s),
        np.tile(np.arange(s, dtype=np.int32), cells),
        owner,
        segment,
    )


def _box(shape: BaseGeometry | Circle) -> tuple[float, float, float, float]:
    if not isinstance(shape, Circle):
        return tuple(shape.bounds)
    arc = shape.radius_km / sphere.EARTH_KM
    south, north = shape.latitude - np.degrees(arc), shape.latitude + np.degrees(arc)
    west, east = -180.0, 180.0
    if south > -90 and north < 90:
        turn = np.degrees(np.arcsin(min(1.0, np.sin(arc) / np.cos(np.radians(shape.latitude)))))
        if shape.longitude - turn >= -180 and shape.longitude + turn <= 180:
            west, east = shape.longitude - turn - _MARGIN, shape.longitude + turn + _MARGIN
    return (
        max(west, -180.0),
        max(south - _MARGIN, -90.0),
        min(east, 180.0),
        min(north + _MARGIN, 90.0),
    )


def _worth_splitting(front: _Front, people_in: Counter | None) -> NDArray[np.bool_]:
    cells = len(front.x)
    if front.level >= FINEST or cells > MOST_EDGE_CELLS:
        return np.zeros(cells, dtype=bool)
    if people_in is None:
        return np.full(cells, cells < 512)
    crossed_by = np.bincount(front.pair_cell, minlength=cells)
    edges = np.bincount(front.pair_cell[front.touch_pair], minlength=cells)
    tests = people_in(*front.keys()) * crossed_by
    return np.asarray(tests > np.maximum(TESTS_WORTH_A_SPLIT, TESTS_WORTH_AN_EDGE * edges))


def _split(front: _Front, segments: _Segments) -> _Front:
    """Four cells for one. A pair stays only where an edge of its shape touches; circles are sorted out later."""
    quarter = np.arange(4)
    x = (front.x[:, None] * 2 + (quarter & 1)).ravel()
    y = (front.y[:, None] * 2 + (quarter >> 1)).ravel()
    pair_cell = (front.pair_cell[:, None] * 4 + quarter).ravel()
    touch_pair = (front.touch_pair[:, None] * 4 + quarter).ravel()
    touch_segment = np.repeat(front.touch_segment, 4)
    cell = pair_cell[touch_pair]
    touching = _touches(segments, touch_segment, x[cell], y[cell], front.level + 1)
    return _Front(
        front.level + 1,
        x,
        y,
        np.repeat(front.base, 4),
        pair_cell,
        np.repeat(front.pair_shape, 4),
        touch_pair[touching],
        touch_segment[touching],
    )


def _touches(
    segments: _Segments, segment: Int64s, x: Int64s, y: Int64s, level: int
) -> NDArray[np.bool_]:
    """Whether an edge may touch a closed cell: boxes overlap and the cell's corners are not all on one side."""
    half_w, half_h = 180 / 2**level, 90 / 2**level
    middle_x, middle_y = (2 * x + 1) * half_w - 180, (2 * y + 1) * half_h - 90
    half_w, half_h = half_w + _MARGIN, half_h + _MARGIN
    ax, ay = segments.ax[segment] - middle_x, segments.ay[segment] - middle_y
    bx, by = segments.bx[segment] - middle_x, segments.by[segment] - middle_y
    touching = (np.minimum(ax, bx) <= half_w) & (np.maximum(ax, bx) >= -half_w)
    touching &= (np.minimum(ay, by) <= half_h) & (np.maximum(ay, by) >= -half_h)
    dx, dy = bx - ax, by - ay
    touching &= np.abs(ax * dy - ay * dx) <= half_w * np.abs(dy) + half_h * np.abs(dx)
    return np.asarray(touching)


def _classified(
    front: _Front, shapes: tuple[BaseGeometry | Circle, ...], bands: NDArray[np.int16]
) -> _Front:
    """Keep pairs whose shape crosses the cell and could worsen its band; raise the base by the others."""
    if not len(front.x):
        return front
    crossed = np.zeros(len(front.pair_cell), dtype=bool)
    crossed[front.touch_pair] = True
    inside = np.zeros_like(crossed)
    side_x, side_y = 360 / 2**front.level, 180 / 2**front.level
    lon, lat = (front.x + 0.5) * side_x - 180, (front.y + 0.5) * side_y - 90
    for number in np.unique(front.pair_shape):
        shape = shapes[number]
        of = np.flatnonzero(front.pair_shape == number)
        if isinstance(shape, Circle):
            cell = front.pair_cell[of]
            crossed[of], inside[of] = _circle_and_cells(shape, lon[cell], lat[cell], side_x, side_y)
        else:
            of = of[~crossed[of]]
            cell = front.pair_cell[of]
            inside[of] = shapely.intersects_xy(shape, lon[cell], lat[cell])
    np.maximum.at(front.base, front.pair_cell[inside], bands[front.pair_shape[inside]])
    keep = crossed & (bands[front.pair_shape] > front.base[front.pair_cell])
    pair = np.cumsum(keep) - 1
    touches = keep[front.touch_pair]
    front.pair_cell, front.pair_shape = front.pair_cell[keep], front.pair_shape[keep]
    front.touch_pair, front.touch_segment = (
        pair[front.touch_pair[touches]],
        front.touch_segment[touches],
    )
    return front


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


def _merged(
    shapes: tuple[BaseGeometry | Circle, ...], bands: NDArray[np.int16], done: _Ranges
) -> Cover:
    """Ranges in key order, neighbouring uniform ranges of one band joined."""
    lo, hi, base = np.concatenate(done.lo), np.concatenate(done.hi), np.concatenate(done.base)
    count, crossing = np.concatenate(done.count), np.concatenate(done.crossing)
    starts = np.cumsum(count) - count
    order = np.argsort(lo)
    lo, hi, base, count, starts = lo[order], hi[order], base[order], count[order], starts[order]
    crossing = crossing[slices(starts, count)]
    joins = np.zeros(len(lo), dtype=bool)
    joins[1:] = (lo[1:] == hi[:-1]) & (base[1:] == base[:-1]) & (count[1:] == 0) & (count[:-1] == 0)
    first = np.flatnonzero(~joins)
    last = np.append(first[1:], len(lo)) - 1 if len(first) else first
    offset = np.concatenate([[0], np.cumsum(count[first])]).astype(np.int64)
    return Cover(shapes, bands, lo[first], hi[last], base[first], crossing, offset)


def slices(starts: Int64s, counts: Int64s) -> Int64s:
    """The indices of several slices, one after the other."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) + np.repeat(starts - before, counts))
