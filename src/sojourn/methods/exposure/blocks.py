"""Locations sorted by Z-order key and packed in blocks of about 4,096 people, one byte string a block.

Two layouts, told apart by their size: exact points (key, person, longitude, latitude: 24 bytes a person) and
cells (a cut key, person, level: 17 bytes a person). Equal keys always share a block, so that a block's
first key finds it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sojourn.methods import zorder

BLOCK: Final = 4096
POINT_BYTES: Final = 24
CELL_BYTES: Final = 17

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Positions:
    """Locations sorted by key; every array has shape ``(n,)``.

    Exact points carry ``lon_e7`` and ``lat_e7`` (whole 1e-7 degrees), cells carry ``level`` (0 to 30) instead.
    """

    key: Int64s
    person: Int64s
    lon_e7: NDArray[np.int32] | None = None
    lat_e7: NDArray[np.int32] | None = None
    level: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.key)

    def part(self, chosen: slice | NDArray[np.intp] | NDArray[np.bool_]) -> Self:
        """The locations at these indices."""
        return type(self)(
            self.key[chosen],
            self.person[chosen],
            None if self.lon_e7 is None else self.lon_e7[chosen],
            None if self.lat_e7 is None else self.lat_e7[chosen],
            None if self.level is None else self.level[chosen],
        )

    def packed(self) -> bytes:
        """The byte string of a block."""
        parts = [self.key.astype("<i8"), self.person.astype("<i8")]
        if self.level is not None:
            parts.append(self.level.astype("u1"))
        elif self.lon_e7 is not None and self.lat_e7 is not None:
            parts += [self.lon_e7.astype("<i4"), self.lat_e7.astype("<i4")]
        return b"".join(part.tobytes() for part in parts)


def points(person: ArrayLike, longitude: ArrayLike, latitude: ArrayLike) -> Positions:
    """Exact points from degrees, sorted by key. Longitude 180 is the same meridian as -180."""
    lon_e7, lat_e7 = zorder.e7(longitude), zorder.e7(latitude)
    lon_e7 = np.where(lon_e7 == 180 * zorder.E7, -lon_e7, lon_e7)
    return sorted_points(np.asarray(person, dtype=np.int64), lon_e7, lat_e7)


def sorted_points(
    person: Int64s, lon_e7: NDArray[np.int32], lat_e7: NDArray[np.int32]
) -> Positions:
    """Exact points from whole 1e-7 degrees, sorted by key."""
    key = zorder.encode(lon_e7, lat_e7)
    order = np.argsort(key, kind="stable")
    return Positions(key[order], person[order], lon_e7[order], lat_e7[order])


def cells(person: ArrayLike, key: ArrayLike, level: ArrayLike) -> Positions:
    """Cells from keys and the level each is cut to, sorted by key and, within it, by person."""
    person, level = np.asarray(person, dtype=np.int64), np.asarray(level, dtype=np.uint8)
    cut = zorder.cut(key, level)
    order = np.lexsort((person, cut))
    return Positions(cut[order], person[order], level=level[order])


def unpacked(n: int, data: bytes | memoryview) -> Positions:
    """The locations of a block of ``n``. Raises ValueError when the size fits neither layout."""
    size = len(data)
    if size not in (POINT_BYTES * n, CELL_BYTES * n):
        raise ValueError(f"A block of {n} locations cannot have {size} bytes.")
    key = np.frombuffer(data, "<i8", n)
    person = np.frombuffer(data, "<i8", n, offset=8 * n)
    if size == CELL_BYTES * n:
        return Positions(key, person, level=np.frombuffer(data, "u1", n, offset=16 * n))
    lon = np.frombuffer(data, "<i4", n, offset=16 * n)
    return Positions(key, person, lon, np.frombuffer(data, "<i4", n, offset=20 * n))


def block_starts(key: Int64s, size: int = BLOCK) -> NDArray[np.intp]:
    """Where blocks of about ``size`` begin in sorted keys, never between equal keys. Shape ``(blocks,)``."""
    if not len(key):
        return np.zeros(0, dtype=np.intp)
    rough = np.arange(0, len(key), size)
    return np.unique(np.searchsorted(key, key[rough], side="left"))


def packed_blocks(positions: Positions, size: int = BLOCK) -> Iterator[tuple[int, int, bytes]]:
    """First key, number of people and byte string of each block."""
    starts = block_starts(positions.key, size)
    ends = [*starts[1:], len(positions)] if len(starts) else []
    for start, end in zip(starts, ends, strict=True):
        part = positions.part(slice(start, end))
        yield int(part.key[0]), len(part), part.packed()


def inserted(block: Positions, key: int, person: int, level: int) -> Positions:
    """A block of cells with one more person."""
    at = int(np.searchsorted(block.key, key, side="right"))
    levels = np.zeros(0, np.uint8) if block.level is None else block.level
    return Positions(
        np.insert(block.key, at, key),
        np.insert(block.person, at, person),
        level=np.insert(levels, at, level),
    )


def removed(block: Positions, person: int) -> Positions:
    """A block without a person."""
    return block.part(block.person != person)


@dataclass(frozen=True, slots=True)
class Directory:
    """What blocks there are: first keys, ascending, and the number of people in each; shapes ``(blocks,)``."""

    key_lo: Int64s
    n: Int64s

    def blocks_holding(self, lo: Int64s, hi: Int64s) -> NDArray[np.intp]:
        """Numbers of the blocks that may hold a key of any range ``[lo, hi)``, ascending."""
        if not len(self.key_lo) or not len(lo):
            return np.zeros(0, dtype=np.intp)
        first = np.maximum(np.searchsorted(self.key_lo, lo, side="right") - 1, 0)
        beyond = np.searchsorted(self.key_lo, hi, side="left")
        marks = np.zeros(len(self.key_lo) + 1, dtype=np.int64)
        np.add.at(marks, first, 1)
        np.add.at(marks, np.maximum(beyond, first), -1)
        return np.flatnonzero(np.cumsum(marks[:-1]) > 0)

    def people_in(self, lo: Int64s, hi: Int64s) -> NDArray[np.float64]:
        """About how many people have a key in each range; people are taken as even within a block."""
        edges = np.append(self.key_lo, zorder.KEYS).astype(np.float64)
        counts = np.concatenate([[0], np.cumsum(self.n)]).astype(np.float64)
        return np.asarray(np.interp(hi, edges, counts) - np.interp(lo, edges, counts))


class Store(Protocol):
    """Where blocks are kept: in memory, or in the table of a database."""

    def directory(self) -> Directory:
        """All blocks."""

    def fetch(self, key_lo: Int64s) -> Iterator[Positions]:
        """The blocks with these first keys, ascending, several at a time where that is cheaper."""


class Memory:
    """Blocks that lie side by side in arrays."""

    def __init__(self, positions: Positions, size: int = BLOCK) -> None:
        self.positions = positions
        self._starts = block_starts(positions.key, size)

    def directory(self) -> Directory:
        """All blocks."""
        sizes = np.diff(np.append(self._starts, len(self.positions)))
        return Directory(self.positions.key[self._starts], sizes.astype(np.int64))

    def fetch(self, key_lo: Int64s) -> Iterator[Positions]:
        """Runs of neighbouring blocks as one view of the arrays each."""
        starts = np.append(self._starts, len(self.positions))
        numbers = np.searchsorted(self.positions.key[self._starts], key_lo)
        for run in runs(numbers):
            yield self.positions.part(slice(starts[run[0]], starts[run[-1] + 1]))


def runs(numbers: NDArray[np.intp]) -> Sequence[NDArray[np.intp]]:
    """Ascending numbers cut where one is skipped."""
    return np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1) if len(numbers) else []


def joined(parts: Sequence[Positions]) -> Positions:
    """Several blocks of one layout, in key order, as one."""
    if len(parts) == 1:
        return parts[0]
    if parts[0].level is not None:
        level = np.concatenate([part.level for part in parts if part.level is not None])
        return Positions(_all(parts, "key"), _all(parts, "person"), level=level)
    lon = np.concatenate([part.lon_e7 for part in parts if part.lon_e7 is not None])
    lat = np.concatenate([part.lat_e7 for part in parts if part.lat_e7 is not None])
    return Positions(_all(parts, "key"), _all(parts, "person"), lon, lat)


def _all(parts: Sequence[Positions], name: str) -> Int64s:
    return np.concatenate([getattr(part, name) for part in parts])
