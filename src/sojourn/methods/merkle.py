"""Merkle trees over a list that only grows: Laurie, Langley and Kasper (2013), RFC 6962, section 2.1.

The root of a tree stands for the whole list: no entry can be changed, dropped, added or moved without changing it.
A tree is kept as its peaks, the roots of the perfect trees that the list falls into, so that growing it costs two
hashes an entry and no look at what came before. Hashes are SHA-256, 32 bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
LEAF: Final = b"\x00"
NODE: Final = b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry of the list."""
    return sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbours."""
    return sha256(NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree over the first `size` entries of a list, known by its peaks, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, entries: Iterable[bytes]) -> "Tree":
        """Return the tree with more entries at its end."""
        peaks, size = list(self.peaks), self.size
        for entry in entries:
            top = sha256(LEAF + entry).digest()
            odd = size
            while odd & 1:
                top = sha256(NODE + peaks.pop() + top).digest()
                odd >>= 1
            peaks.append(top)
            size += 1
        return Tree(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """Return the root; that of an empty list is the hash of nothing."""
        if not self.peaks:
            return sha256(b"").digest()
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def packed(self) -> bytes:
        """Return the peaks in one piece, to be stored beside the size."""
        return b"".join(self.peaks)


def unpacked(size: int, packed: bytes) -> Tree:
    """Return a stored tree. Raises ValueError when the peaks are not as many as the size asks for."""
    if len(packed) != HASH_BYTES * size.bit_count():
        raise ValueError(f"{len(packed)} bytes are no peaks of a tree of {size}.")
    return Tree(
        size, tuple(packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES))
    )


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """Return whose roots prove that a tree of `new` entries goes on where one of `old` ended.

    Each is a range [from, to) of entries, counted from 0, in the order of RFC 6962, section 2.1.2.
    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"A tree of {new} cannot go on from one of {old}.")
    found: list[tuple[int, int]] = []
    start, end, is_known = 0, new, True
    while old != end - start:
        half = _largest_power_below(end - start)
        if old <= half:
            found.append((start + half, end))
            end = start + half
        else:
            found.append((start, start + half))
            start, old, is_known = start + half, old - half, False
    if not is_known:
        found.append((start, end))
    return found[::-1]


def is_consistent(
    *, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether a proof shows that the list of `new` entries begins with that of `old`."""
    if not 0 < old <= new or len(proof) != len(consistency_ranges(old, new)):
        return False
    steps = list(proof)

    def rebuilt(old: int, new: int, is_known: bool) -> tuple[bytes, bytes]:
        """The roots of the first `old` and of all `new` entries of one part of the tree."""
        if old == new:
            top = old_root if is_known else steps.pop()
            return top, top
        half, step = _largest_power_below(new), steps.pop()
        if old <= half:
            before, after = rebuilt(old, half, is_known)
            return before, node_hash(after, step)
        before, after = rebuilt(old - half, new - half, False)
        return node_hash(step, before), node_hash(step, after)

    return rebuilt(old, new, True) == (old_root, new_root)


def _largest_power_below(number: int) -> int:
    """Return the largest power of two that is smaller than a number above 1."""
    return 1 << ((number - 1).bit_length() - 1)
