"""One sender at work: connections that send, fed from the database by claims that overlap with the sending."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from django.db import DatabaseError, close_old_connections

from sojourn.response.outreach.outbox import desk
from sojourn.response.outreach.outbox.desk import Cycle, Way
from sojourn.response.outreach.senders import RELEASED, Asked, Fate, Outcome, Parcel, Sender
from sojourn.response.outreach.senders.registry import connect
from sojourn.response.outreach.terms import Ability

logger = logging.getLogger(__name__)

T = TypeVar("T")

BATCH: Final = 1_000
REST_SECONDS: Final = 0.03  # between two visits to the database when little is to be done
IDLE_SECONDS: Final = 0.25
SHRINK_SECONDS: Final = 10.0
MOST_AHEAD: Final = 3_000
BLIND: Final = frozenset({Ability.NOTHING, Ability.CALLS_BACK})
RESOLVE_SECONDS: Final = 0.5
MOST_ASKING: Final = 8
TROUBLE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0


class InDatabase(Protocol):
    """Does a deed in the thread that holds the connection to the database."""

    async def __call__(self, deed: Callable[[], T]) -> T:
        """Return what the deed returns."""
        ...


class Line:
    """Sends for one sender until told to stop; then finishes what is in flight and gives back the rest."""

    def __init__(self, way: Way, in_database: InDatabase) -> None:
        self.way = way
        self.in_database = in_database
        self._capacity = way.connections if way.ability in BLIND else 4 * way.connections
        self._low = self._capacity - self._claim_size()
        self._is_more = False
        self._was_starved = False
        self._shrink_at = time.monotonic() + SHRINK_SECONDS
        self.is_stopping = False
        self._ready: deque[Parcel] = deque()
        self._done: list[tuple[Parcel, Outcome]] = []
        self._in_flight = 0
        self._work = asyncio.Event()
        self._visit = asyncio.Event()
        self._pause_s = 0.0
        self._paused_until = 0.0

    async def run(self) -> None:
        """Send until `stop` is called."""
        senders = [asyncio.create_task(self._send()) for _ in range(self.way.connections)]
        resolver = asyncio.create_task(self._resolve())
        try:
            await self._feed()
        finally:
            self.stop()
            resolver.cancel()
            await asyncio.gather(*senders, resolver, return_exceptions=True)
            self._release_ready()
            await self._write_down(0)

    def stop(self) -> None:
        """Ask the line to end in good order."""
        self.is_stopping = True
        self._visit.set()
        self._work.set()

    @property
    def is_busy(self) -> bool:
        """Return whether anything is claimed, on its way, or not yet written down."""
        return bool(self._ready or self._in_flight or self._done)

    async def _feed(self) -> None:
        """Visit the database again and again: write down what is done, claim what is next."""
        while not self.is_stopping:
            self._visit.clear()
            want = await self._wanted()
            cycle = await self._write_down(want)
            self._ready.extend(cycle.parcels)
            if cycle.parcels:
                self._work.set()
            self._adapt()
            if want > 0:
                self._is_more = cycle.claimed == want and cycle.wait_s == 0.0
            if not (self._is_more and self._room() >= self._claim_size()):
                await self._rest(cycle)

    def _adapt(self) -> None:
        """Hold ready what the connections need until the next claim, not more: a crash leaves it uncertain.

        A gateway that cannot tell afterwards gets no more than its connections carry.
        """
        if self.way.ability in BLIND:
            return
        if self._was_starved:
            self._capacity = min(2 * self._capacity, max(MOST_AHEAD, 4 * self.way.connections))
        elif time.monotonic() > self._shrink_at:
            self._capacity = max(self._capacity * 3 // 4, 4 * self.way.connections)
            self._shrink_at = time.monotonic() + SHRINK_SECONDS
        self._was_starved = False
        self._low = self._capacity - self._claim_size()

    def _claim_size(self) -> int:
        return max(1, min(BATCH, self._capacity // 2))

    def _room(self) -> int:
        return self._capacity - len(self._ready)

    async def _wanted(self) -> int:
        """Return how many to claim now."""
        if self._paused_until > time.monotonic() or self._room() < self._claim_size():
            return 0
        if not self.is_busy and not await self._is_waiting():
            return 0
        return min(BATCH, self._room())

    async def _is_waiting(self) -> bool:
        """Look before claiming when idle: a look takes no write lock."""
        try:
            return await self.in_database(lambda: desk.has_waiting(self.way))
        except DatabaseError:
            return await self._trouble()

    async def _rest(self, cycle: Cycle) -> None:
        """Wait until a visit is worth its commit."""
        longest = REST_SECONDS if self.is_busy else IDLE_SECONDS
        if cycle.wait_s:
            longest = min(longest, max(cycle.wait_s, 0.002))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await self._visit.wait()

    async def _write_down(self, want: int) -> Cycle:
        """Settle and claim. What cannot be written down now is kept and written down later."""
        done, self._done = self._done, []
        if not done and want <= 0:
            return Cycle(())
        try:
            return await self.in_database(lambda: desk.cycle(self.way, done, want=want))
        except DatabaseError:
            self._done = done + self._done
            await self._trouble()
            return Cycle(())

    async def _trouble(self) -> bool:
        logger.exception("the database did not answer; the outbox tries again")
        with contextlib.suppress(DatabaseError):
            await self.in_database(close_old_connections)
        await asyncio.sleep(TROUBLE_SECONDS)
        return False

    async def _send(self) -> None:
        """Be one connection: take a parcel, send it, say what became of it."""
        sender = connect(self.way.route)
        while not (self.is_stopping and not self._ready):
            if not self._ready:
                self._was_starved = self._is_more
                self._work.clear()
                await self._work.wait()
                continue
            parcel = self._ready.popleft()
            if self.is_stopping or time.monotonic() > parcel.send_before:
                self._finish(parcel, RELEASED)
                continue
            self._in_flight += 1
            self._finish(parcel, await self._hand_over(sender, parcel))
            self._in_flight -= 1
        await sender.close()

    async def _hand_over(self, sender: Sender, parcel: Parcel) -> Outcome:
        try:
            outcome = await sender.send(parcel)
        except Exception as error:  # the last barrier: a defect in one sender must not end its line
            logger.exception("sending %r broke", parcel)
            return Outcome(Fate.UNCERTAIN, reason=f"a defect ({type(error).__name__})")
        if outcome.fate is Fate.UNREACHED:
            self._pause(outcome.reason)
        else:
            self._pause_s = 0.0
        return outcome

    def _finish(self, parcel: Parcel, outcome: Outcome) -> None:
        self._done.append((parcel, outcome))
        is_last = not self._ready and self._in_flight <= 1  # nothing more will come: settle at once
        if is_last or len(self._done) == BATCH or len(self._ready) == self._low:
            self._visit.set()

    def _pause(self, reason: str) -> None:
        """Stop claiming for a while, longer each time: the gateway cannot be reached."""
        now_s = time.monotonic()
        if self._paused_until > now_s:
            return
        self._pause_s = min(max(self._pause_s * 2, 1.0), LONGEST_PAUSE_SECONDS)
        self._paused_until = now_s + self._pause_s
        self._release_ready()
        logger.warning(
            "sender %s pauses %.0f s: %s", self.way.taker.sender_id, self._pause_s, reason
        )

    def _release_ready(self) -> None:
        while self._ready:
            self._done.append((self._ready.popleft(), RELEASED))

    async def _resolve(self) -> None:
        """Resolve uncertain messages, asking the gateway about those it can be asked about."""
        asking = [connect(self.way.route) for _ in range(min(self.way.connections, MOST_ASKING))]
        while not self.is_stopping:
            try:
                if await self.in_database(lambda: desk.has_doubts(self.way)):
                    await self._ask(asking, await self.in_database(lambda: desk.resolve(self.way)))
            except DatabaseError:
                await self._trouble()
            await asyncio.sleep(RESOLVE_SECONDS)
        for sender in asking:
            await sender.close()

    async def _ask(self, asking: list[Sender], to_ask: list[tuple[int, str]]) -> None:
        if not to_ask:
            return
        said: dict[Asked, list[int]] = {answer: [] for answer in Asked}
        questions = iter(to_ask)

        async def ask(sender: Sender) -> None:
            for pk, key in questions:  # the connections share one list of questions
                said[await sender.ask(key)].append(pk)

        await asyncio.gather(*(ask(sender) for sender in asking))
        await self.in_database(
            lambda: desk.settle_asked(
                self.way,
                has=said[Asked.HAS],
                has_not=said[Asked.HAS_NOT],
                unknown=said[Asked.UNKNOWN],
            )
        )
