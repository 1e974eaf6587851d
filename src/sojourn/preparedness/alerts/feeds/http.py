"""Asks one address over HTTP: conditional, bounded in size, time and redirects."""

import http.client
import socket
import ssl
import time
from typing import Final
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from sojourn.exchange.hostile import MAX_BYTES
from sojourn.preparedness.alerts.feeds import CannotFetch, Fetched
from sojourn.preparedness.alerts.feeds.addresses import Address, resolve

CONNECT_SECONDS: Final = 10.0
WHOLE_SECONDS: Final = 60.0
MOST_REDIRECTS: Final = 3
_PIECE: Final = 64 * 1024
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_KINDS: Final = (
    "application/cap+xml, application/xml, application/geo+json, application/json, */*;q=0.5"
)


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was checked, not to whatever the name says now."""

    def __init__(self, address: Address) -> None:
        super().__init__(address.host, address.port, timeout=CONNECT_SECONDS)
        self._address = address

    def connect(self) -> None:
        raw = socket.create_connection((self._address.ip, self._address.port), CONNECT_SECONDS)
        if self._address.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(raw, server_hostname=self._address.host)
        else:
            self.sock = raw


def fetch(url: str, etag: str = "", last_modified: str = "") -> Fetched:
    """Return what an address has, or that nothing changed. Raises CannotFetch."""
    deadline = time.monotonic() + WHOLE_SECONDS
    for _turn in range(MOST_REDIRECTS + 1):
        address = resolve(url)
        connection = _Connection(address)
        try:
            answer = _asked(connection, address, etag, last_modified)
            if answer.status not in _MOVED:
                return _taken(answer, connection, deadline)
            url = urljoin(url, answer.headers.get("Location", ""))
        except (OSError, http.client.HTTPException) as error:
            words = _("The address does not answer (%(why)s).")
            raise CannotFetch(words % {"why": type(error).__name__}) from error
        finally:
            connection.close()
    raise CannotFetch(_("The address sends from one place to another without end."))


def _asked(
    connection: _Connection, address: Address, etag: str, last_modified: str
) -> http.client.HTTPResponse:
    headers = {"Accept": _KINDS, "Accept-Encoding": "identity", "User-Agent": "Sojourn"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    connection.request("GET", address.path, headers=headers)
    return connection.getresponse()


def _taken(answer: http.client.HTTPResponse, connection: _Connection, deadline: float) -> Fetched:
    etag = answer.headers.get("ETag", "")
    last_modified = answer.headers.get("Last-Modified", "")
    if answer.status == http.client.NOT_MODIFIED:
        return Fetched(None, etag, last_modified)
    if answer.status != http.client.OK:
        raise CannotFetch(
            _("The address answers with status %(status)d.") % {"status": answer.status}
        )
    pieces, size = [], 0
    while piece := _piece(answer, connection, deadline):
        size += len(piece)
        if size > MAX_BYTES:
            raise CannotFetch(_("The answer is too large; refused."))
        pieces.append(piece)
    return Fetched(b"".join(pieces), etag, last_modified)


def _piece(answer: http.client.HTTPResponse, connection: _Connection, deadline: float) -> bytes:
    """Return the next piece; a sender that drips is cut off at the deadline."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise CannotFetch(_("The answer takes too long; given up."))
    if connection.sock is not None:
        connection.sock.settimeout(min(left, CONNECT_SECONDS))
    return answer.read1(_PIECE)
