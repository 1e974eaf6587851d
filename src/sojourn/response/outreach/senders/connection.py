"""One stream to one gateway, and the rule that an exercise never leaves this machine."""

import asyncio
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

LONGEST_LINE: Final = 64 * 1024
BREAKS: Final = (
    OSError,
    TimeoutError,
    ValueError,
    asyncio.IncompleteReadError,
    asyncio.LimitOverrunError,
)


class NotReached(Exception):
    """No connection could be made; not a byte was written."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gateway listens."""

    host: str
    port: int
    is_tls: bool
    is_loopback_only: bool


class Stream:
    """A connection that is opened when needed and can be thrown away."""

    def __init__(self, place: Place, timeout_s: float) -> None:
        self.place = place
        self.timeout_s = timeout_s
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    def is_open(self) -> bool:
        """Return whether the other side has not hung up, as far as we know."""
        return (
            self.writer is not None
            and self.reader is not None
            and not self.writer.is_closing()
            and not self.reader.at_eof()
        )

    async def opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return reader and writer, connecting if needed. Raises NotReached."""
        if self.is_open():
            return self.held()
        self.drop()
        place = self.place
        context = ssl.create_default_context() if place.is_tls else None
        try:
            async with asyncio.timeout(self.timeout_s):
                reader, writer = await asyncio.open_connection(
                    place.host, place.port, ssl=context, limit=LONGEST_LINE
                )
        except (OSError, TimeoutError) as error:
            raise NotReached(f"no connection to the gateway ({type(error).__name__})") from error
        if place.is_loopback_only and not _is_loopback(writer):
            writer.close()
            raise NotReached("an exercise does not leave this machine")
        self.reader, self.writer = reader, writer
        return reader, writer

    def held(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return reader and writer of the connection that is held. Raises ConnectionResetError when gone."""
        if self.reader is None or self.writer is None:
            raise ConnectionResetError("the connection is gone")
        return self.reader, self.writer

    def drop(self) -> None:
        """Throw the connection away without waiting."""
        if self.writer is not None:
            self.writer.transport.abort()
        self.reader = self.writer = None

    async def close(self) -> None:
        """Close the connection in good order."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


def _is_loopback(writer: asyncio.StreamWriter) -> bool:
    peer = writer.get_extra_info("peername")
    return bool(peer) and ip_address(str(peer[0]).partition("%")[0]).is_loopback
