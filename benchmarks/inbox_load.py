"""The load of `benchmarks/inbox.py`: many connections, each brings its next reply after the answer to the last.

It shares the machine with what it measures, so it does little: requests are written and signed before the clock
starts, and an answer is known by its status line. It counts what was answered with 200, by the id of the reply.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import uvloop

from sojourn.response.outreach.inbox.envelope import signature_of

YES = b"HTTP/1.1 200"
PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Brought:
    """A reply ready to be brought: its id, and the bytes of the request."""

    key: str
    request: bytes


@dataclass
class Round:
    """One side for some seconds. Waits are in milliseconds, seconds are of the wall."""

    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    waits_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_s: float = 0.0
    load_cpu_s: float = 0.0

    @property
    def rate(self) -> float:
        """Answers kept a second."""
        return len(self.acknowledged) / self.seconds

    @property
    def cpu_us(self) -> float:
        """Processor time of the server for each answer, in microseconds."""
        return self.cpu_s * 1e6 / max(1, len(self.acknowledged))

    @property
    def load_cpu_us(self) -> float:
        """Processor time of the load for each answer, in microseconds."""
        return self.load_cpu_s * 1e6 / max(1, len(self.acknowledged))

    def wait(self, share: float) -> float:
        """Return how long that share of the answers took at most, in milliseconds."""
        waits = sorted(self.waits_ms)
        return waits[min(len(waits) - 1, int(len(waits) * share))] if waits else 0.0


def replies(number: int, *, path: str, name: str, secret: str) -> list[Brought]:
    """Write and sign requests beforehand."""
    written = []
    for count in range(number):
        key = f"{name}-{count}"
        body = json.dumps({"id": key, "from": "+9779812345678", "text": "1"}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Signature: sha256={signature_of(secret, body)}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        written.append(Brought(key, head.encode() + body))
    return written


class Bringer(asyncio.Protocol):
    """One connection. Ends when the time is up or there is nothing left to bring."""

    def __init__(self, waiting: Iterator[Brought], until: float, found: Round) -> None:
        self.waiting, self.until, self.found = waiting, until, found
        self.ended = asyncio.get_running_loop().create_future()
        self.held = b""
        self.began = 0.0
        self.brought: Brought | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast(asyncio.Transport, transport)  # that of uvloop is no subclass
        self._bring()

    def data_received(self, data: bytes) -> None:
        """Note the answer and bring the next. The sides answer with a short head and a body of known length."""
        self.held = self.held + data if self.held else data
        if not _is_whole(self.held):
            return
        if self.held.startswith(YES) and self.brought is not None:
            self.found.acknowledged.append(self.brought.key)
            self.found.waits_ms.append((time.perf_counter() - self.began) * 1000)
        else:
            self.found.refused += 1
        self.held = b""
        self._bring()

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        if not self.ended.done():
            self.ended.set_result(None)

    def _bring(self) -> None:
        self.began = time.perf_counter()
        self.brought = next(self.waiting, None) if self.began < self.until else None
        if self.brought is None:
            self.transport.close()
        else:
            self.transport.write(self.brought.request)


def _itself(bringer: Bringer) -> Bringer:
    return bringer


def _is_whole(answer: bytes) -> bool:
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    at = answer.lower().find(b"content-length: ", 0, head)
    length = int(answer[at + 16 : answer.index(b"\r\n", at)]) if at >= 0 else 0
    return len(answer) >= head + 4 + length


def bring(port: int, written: Sequence[Brought], *, connections: int, seconds: float) -> Round:
    """Bring replies over some connections for some seconds."""

    async def work() -> Round:
        found, loop = Round(), asyncio.get_running_loop()
        waiting, began, cpu_s = iter(written), time.perf_counter(), time.process_time()
        bringers = [Bringer(waiting, began + seconds, found) for _ in range(connections)]
        await asyncio.gather(
            *(
                loop.create_connection(partial(_itself, bringer), "127.0.0.1", port)
                for bringer in bringers
            )
        )
        async with asyncio.timeout(seconds + PATIENCE_S):
            await asyncio.gather(*(bringer.ended for bringer in bringers))
        found.seconds = time.perf_counter() - began
        found.load_cpu_s = time.process_time() - cpu_s
        if next(waiting, None) is None:
            raise RuntimeError("all replies were brought before the time was up: write more")
        return found

    return uvloop.run(work())
