"""Coarse locations against a footprint: a cell is inside a band, outside it, or crossed by its edge.

Cells are closed boxes of degrees. ``certain`` is the worst band one shape of which holds the whole cell, ``possible``
the worst band the cell touches; both are -1 where there is none.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from sojourn.methods import sphere, zorder
from sojourn.methods.exposure.blocks import Directory, Positions, Store
from sojourn.methods.exposure.cells import NONE
from sojourn.methods.exposure.cover import Cover, cover_of
from sojourn.methods.exposure.search import band_of_value
from sojourn.methods.footprint import Circle, Footprint

Floats = NDArray[np.float64]
Bands = NDArray[np.int16]
Boxes = tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class FoundCells:
    """People whose cell touches the footprint, in no order; every array has shape ``(n,)``."""

    person: NDArray[np.int64]
    key: NDArray[np.int64]
    level: NDArray[np.uint8]
    certain: Bands
    possible: Bands


def find_cells(store: Store, footprint: Footprint) -> FoundCells:
    """Everyone whose cell is inside the footprint or crossed by its edge."""
    directory = store.directory()
    cover = cover_of(footprint, directory.people_in)
    numbers = _blocks(directory, cover)
    found: list[Positions] = []
    bands: list[tuple[Bands, Bands]] = []
    if len(numbers):
        for block in store.fetch(directory.key_lo[numbers]):
            certain, possible = _classify(block, cover, footprint)
            hit = possible > NONE
            found.append(block.part(hit))
            bands.append((certain[hit], possible[hit]))
    nobody, nothing = np.zeros(0, np.int64), np.zeros(0, np.int16)
    return FoundCells(
        np.concatenate([nobody, *(part.person for part in found)]),
        np.concatenate([nobody, *(part.key for part in found)]),
        np.concatenate(
            [nobody.astype(np.uint8), *(part.level for part in found if part.level is not None)]
        ),
        np.concatenate([nothing, *(certain for certain, _ in bands)]),
        np.concatenate([nothing, *(possible for _, possible in bands)]),
    )


def bands_of_boxes(footprint: Footprint, boxes: Boxes) -> tuple[Bands, Bands]:
    """The ``certain`` and ``possible`` band of closed boxes (west, south, east, north; shapes ``(n,)``)."""
    certain = np.full(len(boxes[0]), NONE, dtype=np.int16)
    possible = certain.copy()
    if footprint.raster is not None:
        extremes = np.asarray([footprint.raster.extremes(box) for box in zip(*boxes, strict=True)])
        certain, possible = (
            band_of_value(footprint, extremes.reshape(-1, 2)[:, one]) for one in (0, 1)
        )
    shapes = footprint.shapes()
    for number, shape in shapes:
        holds, touches = _box_relations(shape, boxes)
        certain[holds] = np.maximum(certain[holds], number)
        possible[touches] = np.maximum(possible[touches], number)
    return certain, possible


def _blocks(directory: Directory, cover: Cover) -> NDArray[np.intp]:
    """Blocks that may hold a key of the cover, or a larger cell that reaches into it from before."""
    levels = np.arange(zorder.LEVELS)
    before = np.unique(zorder.cut(cover.lo[:, None], levels).ravel())
    lo, hi = np.concatenate([cover.lo, before]), np.concatenate([cover.hi, before + 1])
    return directory.blocks_holding(lo, hi)


def _classify(block: Positions, cover: Cover, footprint: Footprint) -> tuple[Bands, Bands]:
    if block.level is None:
        raise ValueError("Exact points have no cells; ask exposure.search.")
    end = block.key + zorder.span(block.level)
    certain = np.full(len(block), NONE, dtype=np.int16)
    if not len(cover.lo):
        return certain, certain.copy()
    at = np.minimum(np.searchsorted(cover.hi, block.key, side="right"), len(cover.lo) - 1)
    touching = (cover.lo[at] < end) & (cover.hi[at] > block.key)
    within = touching & (cover.lo[at] <= block.key) & (cover.hi[at] >= end)
    whole = within & ~cover.edge()[at] & (footprint.raster is None)
    certain[whole] = cover.base[at[whole]]
    possible = certain.copy()
    _test(block, np.flatnonzero(touching & ~whole), footprint, (certain, possible))
    return certain, possible


def _test(
    block: Positions, asked: NDArray[np.intp], footprint: Footprint, bands: tuple[Bands, Bands]
) -> None:
    """Relate each different cell once and give the answer to everyone in it."""
    if block.level is None or not len(asked):
        return
    pairs = np.column_stack([block.key[asked], block.level[asked]])
    cells, of = np.unique(pairs, axis=0, return_inverse=True)
    certain, possible = bands_of_boxes(footprint, zorder.bounds(cells[:, 0], cells[:, 1]))
    bands[0][asked], bands[1][asked] = certain[of.ravel()], possible[of.ravel()]


def _box_relations(shape: object, boxes: Boxes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether a shape holds each whole box, and whether it touches it."""
    if isinstance(shape, Circle):
        nearest, farthest = _reach(shape, boxes)
        return farthest <= shape.radius_km, nearest <= shape.radius_km
    shapely.prepare(shape)
    west, south, east, north = shape.bounds  # type: ignore[attr-defined]  # any shapely geometry
    near = (boxes[0] <= east) & (boxes[2] >= west) & (boxes[1] <= north) & (boxes[3] >= south)
    touches, holds = near.copy(), np.zeros_like(near)
    drawn = shapely.box(*(side[near] for side in boxes))
    touches[near] = shapely.intersects(shape, drawn)
    holds[near] = shapely.covers(shape, drawn)
    return holds, touches


def _reach(circle: Circle, boxes: Boxes) -> tuple[Floats, Floats]:
    """Distance in km from a circle's centre to the nearest and the farthest place of each box.

    Along a parallel distance grows with the difference of longitude; along a meridian it turns once,
    where ``tan(lat) = tan(centre) / cos(difference)``. So both extremes are among corners, turning
    points and the meridians of the centre and of its opposite.
    """
    west, south, east, north = boxes
    lon = circle.longitude
    inside = (west <= lon) & (lon <= east)
    opposite = lon - 180 if lon > 0 else lon + 180
    far_side = (west <= opposite) & (opposite <= east)
    meridians = [west, east, np.where(inside, lon, west), np.where(far_side, opposite, east)]
    distances = []
    for meridian in meridians:
        turn = np.radians(meridian - lon)
        phi0 = np.radians(circle.latitude)
        turning = np.degrees(
            np.arctan(np.tan(phi0) / np.where(np.cos(turn) == 0, 1e-300, np.cos(turn)))
        )
        for lat in (south, north, np.clip(turning, south, north)):
            distances.append(sphere.distance_km(meridian, lat, lon, circle.latitude))
    return np.min(distances, axis=0), np.max(distances, axis=0)


def people_of(found: FoundCells, chosen: NDArray[np.intp]) -> FoundCells:
    """Some of the people found."""
    return FoundCells(
        found.person[chosen],
        found.key[chosen],
        found.level[chosen],
        found.certain[chosen],
        found.possible[chosen],
    )
