"""Keys of records: UUIDv7, so that new rows land side by side in an index."""

import os
import threading
import time
from typing import Final
from uuid import UUID

_RANDOM_BITS: Final = 74
_RANDOM_MASK: Final = (1 << _RANDOM_BITS) - 1
_STEP_BYTES: Final = 4


class _Last:
    """The newest key that this process made, so that the next one is greater."""

    lock = threading.Lock()
    number = 0


def uuid7() -> UUID:
    """Return a new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562 §5.7).

    Within one process each key is greater than the one before, by a random step where the millisecond
    is the same (§6.2, method 2): rows come back in the order in which they were made.
    """
    milliseconds = time.time_ns() // 1_000_000
    number = milliseconds << _RANDOM_BITS | int.from_bytes(os.urandom(10), "big") & _RANDOM_MASK
    with _Last.lock:
        if number >> _RANDOM_BITS <= _Last.number >> _RANDOM_BITS:
            number = _Last.number + 1 + int.from_bytes(os.urandom(_STEP_BYTES), "big")
        _Last.number = number
    random = number & _RANDOM_MASK
    value = (number >> _RANDOM_BITS & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (random >> 62) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return UUID(int=value)
