"""Group commit: one thread takes whatever waits, writes it in one transaction, and tells who waited."""

import asyncio
import json
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import psycopg

from sojourn.foundation.access import sealing
from sojourn.response.outreach.inbox.stores import Known, Row, Store

logger = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 1_000
MOST_WAITING: Final = 20_000
BOOK_SECONDS: Final = 2.0
STRANGER_SECONDS: Final = 0.25  # so that strangers cannot make us read at every knock
DATABASE_GONE: Final = (OSError, sqlite3.Error, psycopg.Error)
ROW_AT_FAULT: Final = (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.DataError)


class CannotKeep(Exception):
    """The row could not be written, or too many wait: the provider must bring it again."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    row: Row
    loop: asyncio.AbstractEventLoop
    told: "asyncio.Future[None]"


class Writer:
    """Keeps rows and knows the providers. All database work is in its own thread."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self.open_store = open_store
        self.waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="inbox-writer", daemon=True)
        self.book: Mapping[UUID, Known] = {}
        self.read_at = float("-inf")
        self.reading = asyncio.Lock()

    def start(self) -> None:
        """Start the thread."""
        self.thread.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        self.waiting.put(None)
        self.thread.join()

    async def provider(self, key: UUID) -> Known | None:
        """Return a provider that is switched on; changes are seen within two seconds, new ones at once.

        Raises CannotKeep when the database cannot be read.
        """
        known = self.book.get(key)
        age_s = time.monotonic() - self.read_at
        if age_s > (BOOK_SECONDS if known else STRANGER_SECONDS):
            async with self.reading:
                if time.monotonic() - self.read_at >= age_s:  # nobody read it while we waited
                    await self._read_again()
            known = self.book.get(key)
        return known

    async def keep(self, row: Row) -> None:
        """Return when the row is committed. Raises CannotKeep."""
        if self.waiting.qsize() >= MOST_WAITING:
            raise CannotKeep("too many wait")
        loop = asyncio.get_running_loop()
        told: asyncio.Future[None] = loop.create_future()
        self.waiting.put(_Waiting(row, loop, told))
        await told

    async def _read_again(self) -> None:
        try:
            self.book = await asyncio.to_thread(self._read_book)
        except DATABASE_GONE as error:
            raise CannotKeep(type(error).__name__) from error
        self.read_at = time.monotonic()

    def _read_book(self) -> Mapping[UUID, Known]:
        store = self.open_store()
        try:
            return store.providers()
        finally:
            store.close()

    def _run(self) -> None:
        store: Store | None = None
        while (batch := self._next_batch()) is not None:
            try:
                store = store or self.open_store()
            except Exception as error:  # noqa: BLE001  # a dead writer would let all wait for ever
                _note(error, len(batch))
                _tell_all(batch, CannotKeep(type(error).__name__))
                continue
            self._write(store, batch)
        if store is not None:
            store.close()

    def _write(self, store: Store, batch: "list[_Waiting]") -> None:
        """Write a batch; when one row is at fault, halve it, so that the others are kept."""
        try:
            store.write([one.row for one in batch])
        except ROW_AT_FAULT as error:
            if len(batch) == 1:
                _note(error, 1)
                _tell_all(batch, CannotKeep(type(error).__name__))
                return
            middle = len(batch) // 2
            self._write(store, batch[:middle])
            self._write(store, batch[middle:])
        except Exception as error:  # noqa: BLE001  # nothing is committed and all are told so
            _note(error, len(batch))
            _tell_all(batch, CannotKeep(type(error).__name__))
        else:
            _tell_all(batch, None)

    def _next_batch(self) -> list[_Waiting] | None:
        """Return what waits, at most a thousand; None when it is time to end."""
        first = self.waiting.get()
        if first is None:
            return None
        batch = [first]
        for _ in range(min(self.waiting.qsize(), MOST_AT_ONCE - 1)):
            further = self.waiting.get_nowait()
            if further is None:
                self.waiting.put(None)
                break
            batch.append(further)
        return batch


def _note(error: Exception, rows: int) -> None:
    """Log the kind of failure only: its words may hold what somebody wrote."""
    logger.warning("the inbox could not write %d rows (%s)", rows, type(error).__name__)


def _tell_all(batch: "list[_Waiting]", failure: CannotKeep | None) -> None:
    for loop in {one.loop for one in batch}:
        mine = [one.told for one in batch if one.loop is loop]
        loop.call_soon_threadsafe(_tell, mine, failure)


def _tell(waiting: "list[asyncio.Future[None]]", failure: CannotKeep | None) -> None:
    for told in waiting:
        if told.done():
            continue
        if failure is None:
            told.set_result(None)
        else:
            told.set_exception(failure)


def sealed_words(*, text: str, raw: str, row: UUID) -> bytes:
    """Return text and raw body sealed for one row of the inbox."""
    words = json.dumps([text, raw], ensure_ascii=False)
    return sealing.seal(words, table="outreach_inbound", column="sealed", row=row)


def words_in(sealed: bytes | memoryview, row: UUID) -> str:
    """Open the text of one row of the inbox."""
    text, _raw = json.loads(
        sealing.open_sealed(sealed, table="outreach_inbound", column="sealed", row=row)
    )
    return str(text)
