"""A gateway in the Kannel form that counts what it takes, and misbehaves on purpose. Run as a process.

It prints its port, then serves until its standard input ends. `/cgi-bin/sendsms` takes a message, `/status`
answers whether it has a key, `/counts` and `/keys` say what it took.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field

import uvloop

KEY = b"Idempotency-Key: "
TAKEN = b"HTTP/1.1 202 Accepted\r\nContent-Length: 29\r\n\r\n0: Accepted for delivery: 123"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
NO = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 17\r\n\r\nInvalid recipient"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Gateway:
    """What the gateway took, and how it behaves."""

    knows_keys: bool
    latency_s: float
    reset_rate: float
    busy_rate: float
    chance: random.Random
    taken: dict[bytes, int] = field(default_factory=dict)
    order: list[bytes] = field(default_factory=list)
    first_s: float = 0.0
    last_s: float = 0.0

    def take(self, request: bytes) -> bytes | None:
        """Return the answer to a message, or None to cut the connection after taking it."""
        if self.busy_rate and self.chance.random() < self.busy_rate:
            return BUSY
        if b"to=%2B000" in request:
            return NO
        at = request.find(KEY)
        key = request[at + len(KEY) : request.index(b"\r\n", at)]
        if not (self.knows_keys and key in self.taken):
            self.last_s = time.monotonic()
            self.first_s = self.first_s or self.last_s
            self.taken[key] = self.taken.get(key, 0) + 1
            self.order.append(key)
        if self.reset_rate and self.chance.random() < self.reset_rate:
            return None
        return TAKEN

    def answer(self, request: bytes) -> bytes | None:
        """Return the answer to any request."""
        if request.startswith(b"GET /status?reference="):
            return TAKEN.replace(b"202", b"200") if request[22:58] in self.taken else MISSING
        if request.startswith(b"GET /counts"):
            doubled = sum(count - 1 for count in self.taken.values())
            return _page(json.dumps({"taken": len(self.taken), "doubled": doubled}).encode())
        if request.startswith(b"GET /seconds"):
            return _page(json.dumps(self.last_s - self.first_s).encode())
        if request.startswith(b"GET /keys"):
            return _page(b"\n".join(self.order))
        if request.startswith(b"GET /forget"):
            self.taken.clear()
            self.order.clear()
            self.first_s = self.last_s = 0.0
            return _page(b"")
        return self.take(request)


class Door(asyncio.Protocol):
    """One connection."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.held = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.held += data
        while (end := self.held.find(b"\r\n\r\n")) >= 0:
            request, self.held = self.held[: end + 4], self.held[end + 4 :]
            if self.gateway.latency_s and not request.startswith(
                (b"GET /counts", b"GET /seconds", b"GET /forget")
            ):
                loop = asyncio.get_running_loop()
                loop.call_later(self.gateway.latency_s, self.reply, request)
            else:
                self.reply(request)

    def reply(self, request: bytes) -> None:
        answer = self.gateway.answer(request)
        if self.transport.is_closing():
            return
        if answer is None:
            self.transport.abort()
        else:
            self.transport.write(answer)


def _page(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def say(word: object) -> None:
    """Write one line to whoever started this process."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def serve(gateway: Gateway) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Door(gateway), "127.0.0.1", 0, backlog=2048)
    say(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--knows-keys", action="store_true")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--reset-rate", type=float, default=0.0)
    parser.add_argument("--busy-rate", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    gateway = Gateway(
        given.knows_keys,
        given.latency_ms / 1000,
        given.reset_rate,
        given.busy_rate,
        random.Random(given.seed),
    )
    uvloop.run(serve(gateway))


if __name__ == "__main__":
    main()
