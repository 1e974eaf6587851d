"""HTTP/1.1 over one kept connection: write a request, read the answer. No redirects, no cookies, no cache."""

import asyncio
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sojourn.response.outreach.senders import Asked, Fate, Outcome, Route
from sojourn.response.outreach.senders.connection import BREAKS, NotReached, Place, Stream

LONGEST_ANSWER: Final = 256 * 1024
REFUSALS: Final = frozenset({408, 425, 429, 503})


@dataclass(frozen=True, slots=True)
class Target:
    """A URL as a request needs it."""

    place: Place
    path: str
    host_line: bytes

    @classmethod
    def of(cls, url: str, *, is_loopback_only: bool) -> "Target":
        """Read a URL once."""
        parts = urlsplit(url)
        is_tls = parts.scheme == "https"
        host = parts.hostname or ""
        place = Place(host, parts.port or (443 if is_tls else 80), is_tls, is_loopback_only)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(place, path, f"Host: {parts.netloc.rpartition('@')[2]}\r\n".encode())


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class Broken(Exception):
    """The connection broke after we began to write: nobody knows what the other side read."""


class HttpConnection:
    """One kept connection to one place."""

    def __init__(self, place: Place, timeout_s: float) -> None:
        self.stream = Stream(place, timeout_s)
        self.timeout_s = timeout_s

    async def request(self, request: bytes) -> Answer:
        """Write a whole request and return the answer. Raises NotReached or Broken."""
        reader, writer = await self.stream.opened()
        try:
            async with asyncio.timeout(self.timeout_s):
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                fields = head.lower()
                body = await self._body(reader, fields)
                status = int(head[9:12])
        except BREAKS as error:
            self.stream.drop()
            raise Broken(f"the connection broke ({type(error).__name__})") from error
        if b"connection: close" in fields or head[:8] == b"HTTP/1.0":
            self.stream.drop()
        return Answer(status, body)

    async def _body(self, reader: asyncio.StreamReader, fields: bytes) -> bytes:
        start = fields.find(b"content-length:")
        if start >= 0:
            length = int(fields[start + 15 : fields.index(b"\r\n", start)])
            if length > LONGEST_ANSWER:
                raise ValueError("the answer is too long")
            return await reader.readexactly(length) if length else b""
        if b"transfer-encoding: chunked" in fields:
            return await self._chunks(reader)
        return await reader.read(LONGEST_ANSWER) if b"connection: close" in fields else b""

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        body = bytearray()
        while True:
            size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
            if len(body) + size > LONGEST_ANSWER:
                raise ValueError("the answer is too long")
            body += await reader.readexactly(size)
            await reader.readuntil(b"\r\n")
            if size == 0:
                return bytes(body)

    async def close(self) -> None:
        """Close the connection."""
        await self.stream.close()


async def outcome_of(connection: HttpConnection, request: bytes) -> Outcome | Answer:
    """Send a request that hands over a message; what the network did is an outcome, an answer is an answer."""
    try:
        return await connection.request(request)
    except NotReached as error:
        return Outcome(Fate.UNREACHED, reason=str(error))
    except Broken as error:
        return Outcome(Fate.UNCERTAIN, reason=str(error))


def fate_of(answer: Answer, *, words: str) -> Outcome:
    """Return what an answer that is not a plain yes means. `words`: the gateway's own, shortened."""
    if answer.status in REFUSALS:
        return Outcome(Fate.REFUSED, reason=f"the gateway is busy ({answer.status})")
    if answer.status >= 500:
        return Outcome(Fate.UNCERTAIN, reason=f"the gateway had a fault ({answer.status})")
    if answer.status in {401, 403, 404, 407} or 300 <= answer.status < 400:
        return Outcome(Fate.UNREACHED, reason=f"the gateway does not let us in ({answer.status})")
    return Outcome(Fate.FAILED, reason=f"the gateway said no: {words}"[:200])


class Asking:
    """Asks a gateway about keys over a connection of its own."""

    def __init__(self, route: Route) -> None:
        self.url = route.ask_url
        self.target = Target.of(route.ask_url, is_loopback_only=route.is_loopback_only)
        self.connection = HttpConnection(self.target.place, route.timeout_s)

    async def ask(self, key: str) -> Asked:
        """Return what the gateway says: 200 it has it, 404 it has not, anything else we do not know."""
        path = self.target.path.replace("{key}", key)
        request = b"GET %s HTTP/1.1\r\n%s\r\n" % (path.encode(), self.target.host_line)
        try:
            answer = await self.connection.request(request)
        except (NotReached, Broken):
            return Asked.UNKNOWN
        return {200: Asked.HAS, 404: Asked.HAS_NOT}.get(answer.status, Asked.UNKNOWN)

    async def close(self) -> None:
        """Close the connection."""
        await self.connection.close()
