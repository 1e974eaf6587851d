"""Keeps the processes of one machine running: starts them, starts them again, stops them together."""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Final

logger = logging.getLogger(__name__)

GRACE_SECONDS: Final = 15.0
LONGEST_PAUSE_SECONDS: Final = 30.0
STEADY_SECONDS: Final = 60.0


@dataclass(slots=True)
class Process:
    """One process to keep: its name, its command, and how it has fared."""

    name: str
    command: Sequence[str]
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_seconds: float = 1.0
    start_after: float = 0.0


@dataclass(slots=True)
class Keeper:
    """Keeps some processes alive until `stop` is set. One that fails is started again, ever later."""

    processes: Sequence[Process]
    environment: Mapping[str, str]
    stop: Event = field(default_factory=Event)

    def start(self) -> None:
        """Start all that do not run and whose pause is over."""
        for process in self.processes:
            if process.running is None and time.monotonic() >= process.start_after:
                process.running = subprocess.Popen(process.command, env=dict(self.environment))
                process.started_at = time.monotonic()

    def look(self) -> None:
        """Notice what has ended and plan when it starts again."""
        for process in self.processes:
            if process.running is None or process.running.poll() is None:
                continue
            lasted = time.monotonic() - process.started_at
            process.pause_seconds = (
                1.0
                if lasted > STEADY_SECONDS
                else min(process.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
            )
            logger.error(
                "%s ended with status %s; it starts again in %.0f s",
                process.name,
                process.running.returncode,
                process.pause_seconds,
            )
            process.running = None
            process.start_after = time.monotonic() + process.pause_seconds

    def keep(self) -> None:
        """Start and keep all until told to stop, then stop all."""
        while not self.stop.is_set():
            self.start()
            self.stop.wait(0.5)
            self.look()
        self.end()

    def end(self) -> None:
        """Ask all to stop, and after a grace period make them."""
        alive = [process.running for process in self.processes if process.running is not None]
        for running in alive:
            running.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for running in alive:
            try:
                running.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()

    def stop_on_signals(self) -> None:
        """Stop when the terminal or the system asks for it."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop.set())


def on_one_machine(*, host: str, port: int) -> list[Process]:
    """Return the processes of the embedded form: site, inbox for replies, worker, built-in gateway."""
    python = sys.executable
    granian = [python, "-m", "granian", "--host", host, "--workers", "1", "--log-level", "warning"]
    manage = [python, "-m", "sojourn.site.cli"]
    return [
        Process(
            "site",
            [
                *granian,
                "--interface",
                "wsgi",
                "--port",
                str(port),
                "--blocking-threads",
                "4",
                "sojourn.site.wsgi:application",
            ],
        ),
        Process(
            "inbox",
            [
                *granian,
                "--interface",
                "rsgi",
                "--port",
                str(port + 1),
                "sojourn.site.inbox_door:application",
            ],
        ),
        Process("worker", [*manage, "worker"]),
        Process("loopback", [python, "-m", "sojourn.site.loopback", "--port", str(port + 2)]),
    ]
