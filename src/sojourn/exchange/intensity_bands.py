"""Nested bands of a raster: where the value is at least a level, as polygons along the cells' edges.

A point is inside a band exactly when the cell that holds it has the level, so a look-up in the grid
and a test against the polygon give one answer.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from sojourn.exchange.alerts.shape import Band, Grid
from sojourn.exchange.geometry import across_date_line, to_geojson

MMI_LEVELS: Final = (4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
_ROMAN: Final = ["0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
# Words of the USGS intensity scale (Wald et al. 1999; Worden and Wald 2016, table 1.1).
_SHAKING: Final = {
    4: "light",
    5: "moderate",
    6: "strong",
    7: "very strong",
    8: "severe",
    9: "violent",
    10: "extreme",
}


def mmi_label(level: float) -> str:
    """Return "MMI VI, strong"; a half step is written in digits."""
    if level != int(level) or not 0 < level < len(_ROMAN):
        return f"MMI {level:g}"
    word = _SHAKING.get(int(level), "")
    return f"MMI {_ROMAN[int(level)]}" + (f", {word}" if word else "")


def bands_of(grid: Grid, levels: Sequence[float] = MMI_LEVELS) -> tuple[Band, ...]:
    """Return one band a level that occurs, mildest first."""
    bands = []
    for level in levels:
        reached = np.nan_to_num(grid.values, nan=-np.inf) >= level
        geometry = to_geojson(_region(grid, reached)) if reached.any() else None
        if geometry is not None:
            bands.append(Band(level, mmi_label(level), geometry))
    return tuple(bands)


def _region(grid: Grid, reached: npt.NDArray[np.bool_]) -> shapely.Geometry:
    """Return the union of cells: runs along each row, merged."""
    padded = np.zeros((reached.shape[0], reached.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = reached
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    west = grid.lon0 + (starts - 0.5) * grid.dlon
    east = grid.lon0 + (ends - 0.5) * grid.dlon
    one, other = grid.lat0 + (rows - 0.5) * grid.dlat, grid.lat0 + (rows + 0.5) * grid.dlat
    south, north = np.minimum(one, other), np.maximum(one, other)
    # Edges of neighbouring rows must be the same numbers, or the union leaves slivers.
    boxes = shapely.box(*(np.round(edge, 7) for edge in (west, south, east, north)))
    return across_date_line(shapely.union_all(boxes).simplify(0))
