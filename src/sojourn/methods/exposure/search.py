"""Exact points inside the bands of a footprint: for each person, the worst band that holds the point."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from sojourn.methods import sphere, zorder
from sojourn.methods.exposure.blocks import Directory, Positions, Store
from sojourn.methods.exposure.cells import NONE
from sojourn.methods.exposure.cover import Cover, cover_of, slices
from sojourn.methods.footprint import Circle, Footprint

Floats = NDArray[np.float64]
Bands = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Found:
    """People inside, in no order: their numbers and the number of each one's worst band; shapes ``(n,)``.

    ``looked_at`` counts the people whose coordinates had to be tested.
    """

    person: NDArray[np.int64]
    band: Bands
    looked_at: int


def find(store: Store, footprint: Footprint) -> Found:
    """Everyone whose exact point is in the footprint; a border counts as inside."""
    directory = store.directory()
    cover = cover_of(footprint, directory.people_in)
    grades = grades_of(footprint)
    people, bands, looked_at = [np.zeros(0, np.int64)], [np.zeros(0, np.int16)], 0
    for block in blocks_of(store, directory, cover):
        if grades is None:
            looked_at += _search(block, cover, people, bands)
        else:
            looked_at += _look_up(block, cover, (footprint, grades), people, bands)
    return Found(np.concatenate(people), np.concatenate(bands), looked_at)


def bands_at(footprint: Footprint, lon: Floats, lat: Floats, grades: Bands | None = None) -> Bands:
    """The worst band at each place in degrees, or -1; shape ``(n,)``. ``grades`` may be given when known."""
    bands = np.full(len(lon), NONE, dtype=np.int16)
    if grades is None:
        grades = grades_of(footprint)
    if footprint.raster is not None and grades is not None:
        bands = grades[footprint.raster.cells(lon, lat)]
    for number, shape in footprint.shapes():
        if not isinstance(shape, Circle):
            shapely.prepare(shape)
        open_ = np.flatnonzero(bands < number)
        bands[open_[holds(shape, lon[open_], lat[open_])]] = number
    return bands


def grades_of(footprint: Footprint) -> Bands | None:
    """The worst band whose level each cell of the raster reaches, row by row, and -1 at the end; None without one."""
    if footprint.raster is None:
        return None
    return np.append(band_of_value(footprint, footprint.raster.values.ravel()), np.int16(NONE))


def holds(shape: object, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Whether a shape holds each place, its border included."""
    if isinstance(shape, Circle):
        return np.asarray(
            sphere.distance_km(lon, lat, shape.longitude, shape.latitude) <= shape.radius_km
        )
    return np.asarray(shapely.intersects_xy(shape, lon, lat))


def band_of_value(footprint: Footprint, values: Floats) -> Bands:
    """The worst band whose level a value reaches, or -1; NaN reaches none, and none reaches "near"."""
    levels = np.asarray([band.level for band in footprint.bands])
    bands = np.searchsorted(levels, np.nan_to_num(values, nan=-np.inf), side="right") - 1
    bands[bands >= 0] = np.where(np.isneginf(levels[bands[bands >= 0]]), NONE, bands[bands >= 0])
    return np.asarray(bands, dtype=np.int16)


def blocks_of(store: Store, directory: Directory, cover: Cover) -> Iterator[Positions]:
    """The blocks that may hold anyone of a cover."""
    numbers = directory.blocks_holding(cover.lo, cover.hi)
    if len(numbers):
        yield from store.fetch(directory.key_lo[numbers])


def _search(
    block: Positions, cover: Cover, people: list[NDArray[np.int64]], bands: list[Bands]
) -> int:
    """Add the people of a block to the lists; return how many were tested exactly."""
    first, start, count = _ranges_of(block, cover)
    crossed = np.diff(cover.offset[first : first + len(start) + 1])
    whole = np.flatnonzero((count > 0) & (crossed == 0))
    for one, begin, size in zip(
        (whole + first).tolist(), start[whole].tolist(), count[whole].tolist(), strict=True
    ):
        people.append(block.person[begin : begin + size])
        bands.append(np.full(size, cover.base[one], dtype=np.int16))
    edge = np.flatnonzero((count > 0) & (crossed > 0))
    return _test(block, cover, (edge + first, start[edge], count[edge]), people, bands)


def _ranges_of(block: Positions, cover: Cover) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """The number of the first range that reaches into a block; where each begins there, and how many it holds."""
    first = int(np.searchsorted(cover.hi, block.key[0], side="right"))
    last = int(np.searchsorted(cover.lo, block.key[-1], side="right"))
    start = np.searchsorted(block.key, cover.lo[first:last])
    return first, start, np.searchsorted(block.key, cover.hi[first:last]) - start


def _look_up(
    block: Positions,
    cover: Cover,
    graded: tuple[Footprint, Bands],
    people: list[NDArray[np.int64]],
    bands: list[Bands],
) -> int:
    """Look up everyone of a block who is in the box of a grid or near it."""
    _, start, count = _ranges_of(block, cover)
    chosen = slices(start[count > 0], count[count > 0])
    footprint, grades = graded
    found = bands_at(footprint, *_degrees(block, chosen), grades)
    inside = found > NONE
    people.append(block.person[chosen[inside]])
    bands.append(found[inside])
    return len(chosen)


def _test(
    block: Positions,
    cover: Cover,
    edges: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    people: list[NDArray[np.int64]],
    bands: list[Bands],
) -> int:
    """Test the people of edge ranges against the shapes that cross their own range, worst band first.

    In turns: the worst shape of every range at once, then the next of those that have more.
    """
    ranges, start, count = edges
    if not len(ranges):
        return 0
    chosen = slices(start, count)
    lon, lat = _degrees(block, chosen)
    found = np.repeat(cover.base[ranges], count)
    begin, first = np.cumsum(count) - count, cover.offset[ranges]
    crossing = cover.offset[ranges + 1] - first
    for turn in range(int(crossing.max())):
        of = np.flatnonzero(crossing > turn)
        asked = slices(begin[of], count[of])
        shape = np.repeat(cover.crossing[first[of] + turn], count[of])
        open_ = np.flatnonzero(found[asked] < cover.bands[shape])
        asked, shape = asked[open_], shape[open_]
        inside = np.flatnonzero(holds_each(cover, shape, lon[asked], lat[asked]))
        found[asked[inside]] = cover.bands[shape[inside]]
    inside = np.flatnonzero(found > NONE)
    people.append(block.person[chosen[inside]])
    bands.append(found[inside])
    return len(chosen)


def holds_each(
    cover: Cover, shape: NDArray[np.int32], lon: Floats, lat: Floats
) -> NDArray[np.bool_]:
    """Whether the shape of each place holds it, its border included; all shapes ``(n,)``."""
    inside = np.asarray(shapely.intersects_xy(cover.areas[shape], lon, lat))
    for number, circle in cover.circles:
        of = np.flatnonzero(shape == number)
        inside[of] = holds(circle, lon[of], lat[of])
    return inside


def _degrees(block: Positions, chosen: NDArray[np.int64]) -> tuple[Floats, Floats]:
    if block.lon_e7 is None or block.lat_e7 is None:
        raise ValueError("Cells have no exact coordinates; ask exposure.coarse.")
    return block.lon_e7[chosen] / zorder.E7, block.lat_e7[chosen] / zorder.E7
