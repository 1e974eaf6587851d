"""`sojourn worker`: send, receive and do background work until stopped."""

import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from sojourn.site.worker import run_worker


class Command(BaseCommand):
    """Exit status 0 when it was stopped, 1 when a part broke."""

    help = "Send messages, run jobs and do the chores until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --only."""
        parser.add_argument(
            "--only", action="append", default=[], help="run only this part, such as outbox or jobs"
        )

    def handle(self, *_args: Any, only: list[str], **_options: Any) -> None:
        """Run until SIGTERM or Ctrl-C; finish what is in flight."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        sys.exit(run_worker(stop, only=only))
