"""HTTP/1.1 on raw streams: enough of it to be a gateway, and to call one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST_BODY: Final = 1024 * 1024
REASONS: Final = {
    200: "OK",
    202: "Accepted",
    303: "See Other",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
}
BREAKS: Final = (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, ValueError)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `query` is raw, `form` the first value of each field."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> Mapping[str, str]:
        """Return query and form fields together."""
        text = self.query
        if "json" not in self.headers.get("content-type", ""):
            text = f"{text}&{self.body.decode('utf-8', 'replace')}"
        return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int = 200
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    def raw(self) -> bytes:
        """Return the bytes of the answer."""
        head = [
            f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'OK')}",
            f"Content-Type: {self.kind}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + self.body


Handler = Callable[[Request], Awaitable[Response]]


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler
) -> None:
    """Answer the requests of one connection until it ends."""
    try:
        while (request := await _read(reader)) is not None:
            writer.write((await handler(request)).raw())
            await writer.drain()
            if request.headers.get("connection", "").lower() == "close":
                break
    except (*BREAKS, asyncio.CancelledError):
        pass  # the other side went away or does not speak HTTP, or we stop: nothing to answer
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= LONGEST_BODY:
        raise ValueError("body too long")
    body = await reader.readexactly(length) if length else b""
    parts = urlsplit(target)
    return Request(method, unquote(parts.path), parts.query, headers, body)


class Caller:
    """Calls one place over a kept connection."""

    def __init__(self, timeout_s: float = 10.0) -> None:
        self.timeout_s = timeout_s
        self.open: dict[tuple[str, int], tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def call(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> int:
        """Return the status; 0 when nobody answered."""
        parts = urlsplit(url)
        place = (parts.hostname or "", parts.port or 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [
            f"{method} {target} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._exchange(place, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        except BREAKS:
            self._drop(place)
            return 0

    async def _exchange(self, place: tuple[str, int], request: bytes) -> int:
        if place not in self.open:
            self.open[place] = await asyncio.open_connection(*place)
        reader, writer = self.open[place]
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        length = next(
            (int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), 0
        )
        await reader.readexactly(length)
        if "connection: close" in head or ("content-length:" not in head and status != 204):
            self._drop(place)
        return status

    def _drop(self, place: tuple[str, int]) -> None:
        if place in self.open:
            self.open.pop(place)[1].close()

    def close(self) -> None:
        """Close what is open."""
        for place in list(self.open):
            self._drop(place)
