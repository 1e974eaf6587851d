"""A place of its own for an exercise that plays by itself: a folder, a database, free ports, and the site running."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
PORTS: Final = 4  # site, inbox, operator, mail
PATIENCE_S: Final = 60.0
GRACE_S: Final = 20.0
SOJOURN: Final[Sequence[str]] = (sys.executable, "-m", "sojourn.site.cli")


class CannotRun(Exception):
    """The site could not be started for the exercise; the message says why."""


@contextmanager
def place_of_its_own(*, database: str) -> Iterator[Mapping[str, str]]:
    """Run the whole site in a temporary folder and yield the environment that leads to it.

    `database` is a URL; empty: an SQLite file in the folder. All is ended and removed afterwards, that database aside.
    """
    with tempfile.TemporaryDirectory(prefix="sojourn-exercise-") as folder:
        port = free_ports()
        environment = {
            **os.environ,
            "SOJOURN_HOME": folder,
            "DATABASE_URL": database,
            "SOJOURN_PORT": str(port),
            "SOJOURN_URL": f"http://{HOST}:{port}",
        }
        log = Path(folder) / "site.log"
        with log.open("wb") as output:
            site = subprocess.Popen(
                [*SOJOURN, "run", "--host", HOST, "--port", str(port)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            try:
                _wait(site, port, log)
                yield environment
            finally:
                site.terminate()
                try:
                    site.wait(GRACE_S)
                except subprocess.TimeoutExpired:
                    site.kill()
                    site.wait()


def free_ports() -> int:
    """Return the first of some neighbouring ports that are free on this machine."""
    for port in range(20_000 + os.getpid() % 20_000, 60_000, PORTS):
        if all(_is_free(number) for number in range(port, port + PORTS)):
            return port
    raise CannotRun("No free ports were found on this machine.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _wait(site: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Wait until all doors are open."""
    deadline = time.monotonic() + PATIENCE_S
    while not all(_answers(number) for number in range(port, port + PORTS)):
        if site.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace")[-2_000:]
            raise CannotRun(f"The site did not start.\n{said}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0
