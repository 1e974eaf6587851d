"""How long to wait and when to give up, on plain values."""

from datetime import timedelta
from typing import Final

LEASE: Final = timedelta(seconds=120)  # longer than SQLite makes a writer wait
FIRST_PAUSE_SECONDS: Final = 2.0
LONGEST_PAUSE_SECONDS: Final = 900.0


def pause_after(
    tries: int, *, first_s: float = FIRST_PAUSE_SECONDS, longest_s: float = LONGEST_PAUSE_SECONDS
) -> timedelta:
    """Return how long to wait after the `tries`-th failure: doubled each time, never above `longest_s`."""
    exponent = min(max(tries, 1) - 1, 30)
    return timedelta(seconds=min(first_s * 2.0**exponent, longest_s))
