"""A regular grid of values over longitude and latitude, such as a ShakeMap's intensities."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raster:
    """Values at grid points, rows from ``south`` to north, columns from ``west`` to east, in degrees.

    ``values`` has shape ``(rows, columns)``; NaN where the source says nothing. A value holds for the half step
    around its point, so the grid reaches half a step beyond its outermost points. ``west`` is from -180 to 180;
    columns may run on past 180.
    """

    west: float
    south: float
    step_lon: float
    step_lat: float
    values: NDArray[np.float64]

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north border; east may be above 180."""
        rows, columns = self.values.shape
        return (
            self.west - self.step_lon / 2,
            self.south - self.step_lat / 2,
            self.west + (columns - 0.5) * self.step_lon,
            self.south + (rows - 0.5) * self.step_lat,
        )

    def nearest(self, lon: Floats, lat: Floats) -> Floats:
        """The value of the grid point nearest to each place; NaN outside the grid. Shape ``(n,)``."""
        return np.append(self.values.ravel(), np.nan)[self.cells(lon, lat)]

    def cells(self, lon: Floats, lat: Floats) -> NDArray[np.int64]:
        """The number of the grid point nearest to each place, row by row; -1 outside. Shape ``(n,)``."""
        rows, columns = self.values.shape
        column = np.rint(self._columns(lon)).astype(np.int64)
        row = np.rint((lat - self.south) / self.step_lat).astype(np.int64)
        known = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        return np.where(known, row * columns + column, -1)

    def bilinear(self, lon: Floats, lat: Floats) -> Floats:
        """Values between the four grid points around each place; the nearest value in the outermost half step."""
        rows, columns = self.values.shape
        x, y = self._columns(lon), (lat - self.south) / self.step_lat
        outside = (x < -0.5) | (x > columns - 0.5) | (y < -0.5) | (y > rows - 0.5)
        x, y = np.clip(x, 0, columns - 1), np.clip(y, 0, rows - 1)
        left, low = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        right, high = np.minimum(left + 1, columns - 1), np.minimum(low + 1, rows - 1)
        share_x, share_y = x - left, y - low
        below = self.values[low, left] * (1 - share_x) + self.values[low, right] * share_x
        above = self.values[high, left] * (1 - share_x) + self.values[high, right] * share_x
        return np.where(outside, np.nan, below * (1 - share_y) + above * share_y)

    def extremes(self, box: tuple[float, float, float, float]) -> tuple[float, float]:
        """The least and greatest value in a box of degrees; what is outside the grid counts as minus infinity."""
        rows, columns = self.values.shape
        x = np.rint(self._columns(np.asarray([box[0], box[2]]))).astype(int)
        y = np.rint((np.asarray([box[1], box[3]]) - self.south) / self.step_lat).astype(int)
        if x[1] < x[0]:  # the box begins west of the grid's own turn
            x[0] = x[0] - round(360 / self.step_lon)
        part = self.values[max(y[0], 0) : max(y[1] + 1, 0), max(x[0], 0) : max(x[1] + 1, 0)]
        part = np.where(np.isnan(part), -np.inf, part)
        within = x[0] >= 0 and y[0] >= 0 and x[1] < columns and y[1] < rows
        greatest = float(part.max(initial=-np.inf))
        return (float(part.min(initial=np.inf)) if within else -np.inf), greatest

    def boxes_at_least(self, level: float) -> BaseGeometry:
        """The area of the cells at or above a level, as joined boxes; may run on past 180."""
        found: list[BaseGeometry] = []
        for row, values in enumerate(self.values >= level):
            edges = np.flatnonzero(
                np.diff(np.concatenate([[False], values, [False]]).astype(np.int8))
            )
            south = self.south + (row - 0.5) * self.step_lat
            for first, beyond in edges.reshape(-1, 2):
                west, east = (
                    self.west + (number - 0.5) * self.step_lon for number in (first, beyond)
                )
                found.append(shapely.box(west, south, east, south + self.step_lat))
        return shapely.union_all(found)

    def _columns(self, lon: Floats) -> Floats:
        """Longitudes as numbers of columns, turned once round the Earth where that brings them onto the grid."""
        start = self.west - self.step_lon / 2
        if len(lon) and (lon.min() < start or lon.max() >= start + 360):
            lon = np.where(lon < start, lon + 360, np.where(lon >= start + 360, lon - 360, lon))
        return np.asarray((lon - self.west) / self.step_lon)
