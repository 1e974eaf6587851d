"""The only place of this app that opens a connection: asks one address for news of hazards."""

from dataclasses import dataclass
from typing import Protocol


class CannotFetch(Exception):
    """The address did not give what was asked; the message says why, for the officer."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered. ``data`` is None when nothing changed since the last time."""

    data: bytes | None
    etag: str = ""
    last_modified: str = ""


class Fetcher(Protocol):
    """Asks an address, with what it answered last time. Raises CannotFetch."""

    def __call__(self, url: str, etag: str, last_modified: str) -> Fetched:
        """Return the answer."""
        ...


def default_fetcher() -> Fetcher:
    """Return the fetcher that uses HTTP."""
    from sojourn.preparedness.alerts.feeds.http import fetch

    return fetch
