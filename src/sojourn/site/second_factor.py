"""Whether staff must show a second factor. Read by `settings`, so it knows no Django."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

REQUIRED: Final = "required"
OFFERED: Final = "offered"


def second_factor(given: str, *, site_url: str) -> str:
    """Return `required` or `offered`: as given, else offered only where the site's address is this very machine.

    Raises ValueError for any other word, so that a slip of the pen does not open the door.
    """
    if given:
        if given not in {REQUIRED, OFFERED}:
            raise ValueError(f"SOJOURN_SECOND_FACTOR is {REQUIRED} or {OFFERED}, not {given!r}.")
        return given
    return OFFERED if is_loopback(urlsplit(site_url).hostname or "") else REQUIRED


def is_loopback(host: str) -> bool:
    """Return whether a host name or address can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
