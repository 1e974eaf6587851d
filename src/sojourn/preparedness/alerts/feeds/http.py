"""Asks one address over HTTP: conditional, bounded in size, time and redirects."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

from sojourn.exchange.hostile import MAX_BYTES
from sojourn.preparedness.alerts.feeds import CannotFetch, Fetched
from sojourn.preparedness.alerts.feeds.addresses import Address, resolve

CONNECT_SECONDS: Final = 10.0
WHOLE_SECONDS: Final = 60.0
MOST_REDIRECTS: Final = 3
MOST_KEPT: Final = 400
_PIECE: Final = 64 * 1024
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_KINDS: Final = (
    "application/cap+xml, application/xml, application/geo+json, application/json, */*;q=0.5"
)


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was checked, not to whatever the name says now; cut at a deadline.

    Timeouts of a socket count from byte to byte: who sends one now and then would never be left alone.
    """

    def __init__(self, address: Address, seconds: float) -> None:
        super().__init__(address.host, address.port, timeout=min(CONNECT_SECONDS, seconds))
        self._address = address
        self._raw: socket.socket | None = None
        self.clock = threading.Timer(seconds, self._cut)
        self.clock.daemon = True
        self.is_cut = False

    def connect(self) -> None:
        self._raw = socket.create_connection((self._address.ip, self._address.port), self.timeout)
        if self._address.scheme == "https":
            context = ssl.create_default_context()
            secure = context.wrap_socket(
                self._raw, server_hostname=self._address.host, do_handshake_on_connect=False
            )
            self._raw = secure  # so that the deadline holds for the handshake, too
            secure.do_handshake()
        self.sock = self._raw

    def leave(self) -> None:
        """End the connection. (`close` is called by the library before the answer is read.)"""
        self.clock.cancel()
        self.close()
        if self._raw is not None:
            self._raw.close()

    def _cut(self) -> None:
        self.is_cut = True
        with contextlib.suppress(OSError):  # it may have ended by itself
            if self._raw is not None:
                self._raw.shutdown(socket.SHUT_RDWR)


def fetch(url: str, etag: str = "", last_modified: str = "") -> Fetched:
    """Return what an address has, or that nothing changed. Raises CannotFetch."""
    deadline = time.monotonic() + WHOLE_SECONDS
    asked = Request(etag, last_modified)
    for _turn in range(MOST_REDIRECTS + 1):
        address = resolve(url)
        fetched = _answer(address, asked, deadline)
        if isinstance(fetched, Fetched):
            return fetched
        url, asked = _onward(address, url, fetched, asked)
    raise CannotFetch(_("The address sends from one place to another without end."))


@dataclass(frozen=True, slots=True)
class Request:
    """What an address is told of the last time."""

    etag: str = ""
    last_modified: str = ""


def _answer(address: Address, asked: Request, deadline: float) -> Fetched | str:
    """Return what one address answers, or where it sends to."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise _too_slow()
    connection = _Connection(address, left)
    connection.clock.start()
    try:
        answer = _asked(connection, address, asked)
        if answer.status in _MOVED:
            return answer.headers.get("Location", "")
        fetched = _taken(answer)
    except (OSError, http.client.HTTPException) as error:
        if connection.is_cut:
            raise _too_slow() from error
        words = _("The address does not answer (%(why)s).")
        raise CannotFetch(words % {"why": type(error).__name__}) from error
    finally:
        connection.leave()
    if connection.is_cut:
        raise _too_slow()
    return fetched


def _onward(address: Address, url: str, to: str, asked: Request) -> tuple[str, Request]:
    """Return where to ask next: never from https to http, and another host learns nothing of the last time."""
    onward = urljoin(url, to)
    parts = urlsplit(onward)
    if address.scheme == "https" and parts.scheme != "https":
        raise CannotFetch(_("The address sends from https:// to a place without it; refused."))
    return onward, asked if parts.hostname == address.host else Request()


def _too_slow() -> CannotFetch:
    return CannotFetch(_("The answer takes too long; given up."))


def _asked(connection: _Connection, address: Address, asked: Request) -> http.client.HTTPResponse:
    headers = {"Accept": _KINDS, "Accept-Encoding": "identity", "User-Agent": "Sojourn"}
    if asked.etag:
        headers["If-None-Match"] = asked.etag
    if asked.last_modified:
        headers["If-Modified-Since"] = asked.last_modified
    connection.request("GET", address.path, headers=headers)
    return connection.getresponse()


def _taken(answer: http.client.HTTPResponse) -> Fetched:
    etag = _line(answer.headers.get("ETag", ""))
    last_modified = _line(answer.headers.get("Last-Modified", ""))
    if answer.status == http.client.NOT_MODIFIED:
        return Fetched(None, etag, last_modified)
    if answer.status != http.client.OK:
        raise CannotFetch(
            _("The address answers with status %(status)d.") % {"status": answer.status}
        )
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise CannotFetch(_("The answer is packed although that was not asked for; refused."))
    pieces, size = [], 0
    while piece := answer.read1(_PIECE):
        size += len(piece)
        if size > MAX_BYTES:
            raise CannotFetch(_("The answer is too large; refused."))
        pieces.append(piece)
    if answer.length:  # what was promised and did not come
        raise http.client.IncompleteRead(b"", answer.length)
    return Fetched(b"".join(pieces), etag, last_modified)


def _line(value: str) -> str:
    """Return what can be kept and sent back: one line, not long."""
    return "".join(sign for sign in value if sign.isprintable())[:MOST_KEPT]
