"""`sojourn run`: prepare the database if needed, start site and worker, print the address and the way in."""

import os
import socket
import time
from argparse import ArgumentParser
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.timezone import now

from sojourn.site import first_start
from sojourn.site.processes import Keeper, on_one_machine


class Command(BaseCommand):
    """Runs until it is stopped with Ctrl-C."""

    help = "Start site and worker on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --host and --port."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--port",
            type=int,
            default=settings.PORT,
            help="port of the site; the next three are used too",
        )

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        """Prepare, start, say where, keep."""
        for number in range(port, port + 4):
            if _answers(host, number):
                raise CommandError(
                    f"Port {number} is taken. Choose another: sojourn run --port {port + 100}",
                    returncode=2,
                )
        if first_start.prepare_database():
            self.stderr.write("The database is prepared.")
        login_file = settings.HOME / "first-login"
        first_start.prepare_logins(file=login_file, at=now())
        logins = first_start.logins_to_print(login_file)
        connections.close_all()
        url = os.environ.get("SOJOURN_URL", f"http://localhost:{port}")
        environment = {**os.environ, "SOJOURN_PORT": str(port), "SOJOURN_URL": url}
        keeper = Keeper(on_one_machine(host=host, port=port), environment)
        keeper.stop_on_signals()
        Thread(target=self._announce, args=(keeper, host, port, url, logins), daemon=True).start()
        keeper.keep()

    def _announce(
        self, keeper: Keeper, host: str, port: int, url: str, logins: list[tuple[str, str, str]]
    ) -> None:
        while not (_answers(host, port) or keeper.stop.is_set()):
            time.sleep(0.1)
        lines = ["", f"Sojourn is ready: {url}", ""]
        lines += [
            f"  sign in as {username:8} with {password}   ({role})"
            for username, password, role in logins
        ]
        lines += [
            f"  phones of the exercise: http://localhost:{port + 2}",
            "  stop with Ctrl-C",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
