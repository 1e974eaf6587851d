"""The post office: one event loop, a line for every sender, one thread for the database."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final, TypeVar

import uvloop
from django.db import DatabaseError, close_old_connections, connections
from django.db.models import Q

from sojourn.foundation.identifiers import uuid7
from sojourn.response.outreach.models.outbox import Dispatch
from sojourn.response.outreach.outbox import desk
from sojourn.response.outreach.outbox.desk import Pace, Way
from sojourn.response.outreach.outbox.line import Line
from sojourn.response.outreach.terms import MessageState

logger = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_SECONDS: Final = 1.0
LOOK_AGAIN_SECONDS: Final = 0.02  # at what waits, when all is to be sent and then to end


class Post:
    """Runs a line for every sender that is switched on, and starts a line anew when its sender changes."""

    def __init__(self, *, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.worker = f"outbox-{uuid7().hex[:24]}"
        self.lines: dict[Way, tuple[Line, asyncio.Task[None]]] = {}
        self._database = ThreadPoolExecutor(1, thread_name_prefix="outbox-database")

    async def run(self, ended: asyncio.Event) -> None:
        """Send until the event is set; then end in good order."""
        try:
            while not ended.is_set():
                await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await ended.wait()
        finally:
            for line, _ in self.lines.values():
                line.stop()
            await asyncio.gather(*(task for _, task in self.lines.values()), return_exceptions=True)
            await self.in_database(connections.close_all)
            self._database.shutdown()

    @property
    def is_busy(self) -> bool:
        """Return whether a line holds anything: no need to look whether something waits."""
        return any(line.is_busy for line, _ in self.lines.values())

    async def in_database(self, deed: Callable[[], T]) -> T:
        """Do a deed in the thread that holds the connection to the database."""
        return await asyncio.get_running_loop().run_in_executor(self._database, deed)

    async def _look(self) -> None:
        """Notice silent leases, and which senders there are."""
        try:
            ways = await self.in_database(self._ways)
        except DatabaseError:
            logger.exception("the database did not answer; the outbox looks again")
        else:
            self._follow(ways)

    def _ways(self) -> list[Way]:
        close_old_connections()
        desk.sweep(at=datetime.now(UTC))
        return desk.ways(worker=self.worker, pace=self.pace)

    def _follow(self, ways: list[Way]) -> None:
        """Start lines of new or changed senders; end those of senders that are gone."""
        for way, (line, task) in list(self.lines.items()):
            if task.done():
                if error := task.exception():
                    logger.error("the line of sender %s broke", way.taker.sender_id, exc_info=error)
                del self.lines[way]
            elif way not in ways:
                line.stop()
        for way in ways:
            if way not in self.lines:
                line = Line(way, self.in_database)
                self.lines[way] = (line, asyncio.create_task(line.run()))


def run_until(stop: threading.Event, *, pace: Pace | None = None) -> None:
    """Run the outbox in this thread until told to stop."""

    async def work() -> None:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        threading.Thread(
            target=lambda: (stop.wait(), loop.call_soon_threadsafe(ended.set)), daemon=True
        ).start()
        await Post(pace=pace).run(ended)

    uvloop.run(work())


def send_waiting(*, within_s: float, pace: Pace | None = None) -> bool:
    """Send all that waits and can be sent now; True when nothing is left within the time given."""

    async def work() -> bool:
        post, ended = Post(pace=pace), asyncio.Event()
        running = asyncio.create_task(post.run(ended))
        is_empty = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while post.is_busy or await post.in_database(_is_waiting):
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
                is_empty = True
        ended.set()
        await running
        return is_empty

    return uvloop.run(work())


def _is_waiting() -> bool:
    claimed = Q(state=MessageState.CLAIMED)
    due = Q(state=MessageState.QUEUED, is_held=False, due_at__lte=datetime.now(UTC))
    return Dispatch.objects.filter(claimed | due).exists()
