"""Outlines across the 180th meridian or around a pole, cut into pieces that a flat map can hold.

Two corners more than 180 degrees of longitude apart are joined the short way round, unless they span
the whole map from edge to edge. An outline that goes once round the Earth holds the pole it is nearer to.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Corners = NDArray[np.float64]


def cut(area: BaseGeometry) -> BaseGeometry:
    """The same area, valid, with every longitude from -180 to 180. Untouched where nothing is to do."""
    if not _crosses(area):
        return area if area.is_valid else shapely.make_valid(area)
    parts: list[BaseGeometry] = []
    for part in shapely.get_parts(area):
        parts.extend(_cut_part(part))
    return shapely.union_all(parts)


def _crosses(area: BaseGeometry) -> bool:
    if area.bounds[0] < -180 or area.bounds[2] > 180:
        return True
    return any(np.abs(_steps(ring)).max(initial=0) > 180 for ring in _rings(area))


def _rings(area: BaseGeometry) -> Sequence[Corners]:
    rings: list[Any] = []
    for part in shapely.get_parts(area):
        if part.geom_type == "GeometryCollection":
            rings.extend(_rings(part))
        elif part.geom_type == "Polygon":
            rings.extend(shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors))
        else:
            rings.append(shapely.get_coordinates(part))
    return rings


def _steps(ring: Corners) -> NDArray[np.float64]:
    """Longitude steps from corner to corner; a step across the whole map counts as none."""
    steps = np.diff(ring[:, 0])
    steps[np.abs(steps) == 360] = 0
    return steps


def _cut_part(part: BaseGeometry) -> list[BaseGeometry]:
    if part.geom_type == "Polygon":
        shell = _closed_at_pole(_unrolled(shapely.get_coordinates(part.exterior)))
        holes = [
            _beside(shell, _unrolled(shapely.get_coordinates(hole))) for hole in part.interiors
        ]
        return _folded(shapely.make_valid(shapely.Polygon(shell, holes)))
    if part.geom_type in ("LineString", "LinearRing"):
        return _folded(shapely.LineString(_unrolled(shapely.get_coordinates(part))))
    return _folded(part)


def _unrolled(ring: Corners) -> Corners:
    """Longitudes that run on past 180 instead of jumping to -180."""
    steps = np.diff(ring[:, 0])
    steps = np.where(np.abs(steps) == 360, steps, (steps + 180) % 360 - 180)
    unrolled = ring.copy()
    unrolled[1:, 0] = ring[0, 0] + np.cumsum(steps)
    return unrolled


def _closed_at_pole(ring: Corners) -> Corners:
    start, end = ring[0, 0], ring[-1, 0]
    if abs(end - start) < 180:
        return ring
    pole = 90.0 if ring[:, 1].mean() >= 0 else -90.0
    return np.vstack([ring, [[end, pole], [start, pole], ring[0]]])


def _beside(shell: Corners, hole: Corners) -> Corners:
    """Move a hole by whole turns to where its outline is."""
    turns = np.round((shell[:, 0].mean() - hole[:, 0].mean()) / 360)
    for turn in (turns, turns - 1, turns + 1):
        moved: Corners = hole + np.asarray([360 * turn, 0])
        if shell[:, 0].min() <= moved[:, 0].min() and moved[:, 0].max() <= shell[:, 0].max():
            return moved
    return hole


def _folded(area: BaseGeometry) -> list[BaseGeometry]:
    west, _, east, _ = area.bounds
    pieces: list[BaseGeometry] = []
    for turn in range(int(np.floor((west + 180) / 360)), int(np.floor((east + 180) / 360)) + 1):
        window = shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90)
        piece = shapely.intersection(area, window)
        if not piece.is_empty:
            pieces.append(shapely.transform(piece, lambda c, by=360 * turn: c - [by, 0]))
    return pieces
