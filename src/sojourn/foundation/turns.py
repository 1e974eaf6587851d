"""Whose turn it is: long work in many short transactions, done by one process at a time, giving way to others.

The turn is held by the process, not written down: whoever is killed has lost it, and nothing need expire.
PostgreSQL: an advisory lock of the connection. SQLite: a lock on a file in Sojourn's folder, as all processes
of such a database are on one machine.
"""

import fcntl
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

FOLDER: Final = "turns"
SHORT_S: Final = 0.06
PAUSE_S: Final = 0.11  # whoever waits for SQLite looks again after a tenth of a second at most


@contextmanager
def turn(name: str) -> Iterator[None]:
    """Wait until nobody else has this turn, and keep it while the block runs.

    Within a transaction the turn lasts until its end; on SQLite such a writer is alone anyway. Take the turn
    first and read what it guards afterwards.
    """
    if connection.vendor == "postgresql":
        with _of_the_connection(_number_of(name)):
            yield
    elif connection.in_atomic_block:
        yield
    else:
        with _of_the_machine(name):
            yield


@contextmanager
def one_step() -> Iterator[None]:
    """Do one step of long work in a transaction, and give way to others after it.

    SQLite keeps no queue of those who want to write: without a pause the next step would overtake them.
    """
    began = time.monotonic()
    with transaction.atomic():
        yield
    is_alone = connection.vendor != "sqlite" or connection.in_atomic_block
    if not is_alone and time.monotonic() - began > SHORT_S:
        time.sleep(PAUSE_S)


@contextmanager
def _of_the_connection(number: int) -> Iterator[None]:
    is_inside = connection.in_atomic_block
    scope = "xact_" if is_inside else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_{scope}lock(%s)", [number])
    try:
        yield
    finally:
        if not is_inside and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def _of_the_machine(name: str) -> Iterator[None]:
    folder = Path(settings.HOME) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / f"{_number_of(name):x}").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _number_of(name: str) -> int:
    """Return a number of 63 bits for a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) >> 1
