"""The inbox process killed with -9 at random moments: nothing acknowledged is missing, nothing is doubled.

`SOJOURN_KILLS` says how often (20). The database is that of `DATABASE_URL`, a fresh one beside the tests' own.
"""

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from sojourn.response.outreach.inbox.envelope import signature_of

SECRET = "between us"
KILLS = int(os.environ.get("SOJOURN_KILLS", "20"))
CLIENTS = 16


class Place:
    """A fresh database, of the kind that the tests run on."""

    def __init__(self, folder):
        self.url = os.environ.get("DATABASE_URL", "")
        if self.url.startswith("postgres"):
            self.name = f"sojourn_inbox_kill_{os.getpid()}"
            self._admin(f"CREATE DATABASE {self.name}")
            self.fresh = self.url.rpartition("/")[0] + f"/{self.name}"
        else:
            self.file = folder / "inbox.sqlite3"
            self.fresh = f"sqlite:///{self.file}"

    def _admin(self, statement):
        with psycopg.connect(
            self.url.rpartition("/")[0] + "/postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def ids(self):
        """Return the provider's ids of all rows, repeats included."""
        statement = "SELECT provider_message_id FROM outreach_inbound"
        if self.url.startswith("postgres"):
            with psycopg.connect(self.fresh) as connection:
                return [row[0] for row in connection.execute(statement)]
        with sqlite3.connect(self.file) as connection:
            connection.create_function("REGEXP", 2, lambda pattern, text: True)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return [row[0] for row in connection.execute(statement)]

    def drop(self):
        if self.url.startswith("postgres"):
            self._admin(f"DROP DATABASE {self.name} WITH (FORCE)")


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path)
    yield made
    made.drop()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Doors:
    """A process that opens doors; each is the real server with its worker."""

    def __init__(self, environment):
        self.opener = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("doors.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def _say(self, line):
        self.opener.stdin.write(f"{line}\n")
        self.opener.stdin.flush()
        return int(self.opener.stdout.readline())

    def open(self, port):
        """Start a server and return its process id."""
        return self._say(f"start {port}")

    def kill(self, server):
        """Kill a server and its worker at once, as a power cut would."""
        os.killpg(server, signal.SIGKILL)
        assert os.WTERMSIG(self._say(f"reap {server}")) == signal.SIGKILL

    def end(self):
        self.opener.stdin.close()
        self.opener.wait(20)


class Client(threading.Thread):
    """Brings replies until told to stop, each again and again until it is acknowledged."""

    def __init__(self, number, port, path, stop):
        super().__init__(daemon=True)
        self.number, self.port, self.path, self.stop = number, port, path, stop
        self.acknowledged = []
        self.retries = 0

    def run(self):
        connection, count = None, 0
        while not self.stop.is_set():
            key = f"{self.number}-{count}"
            body = json.dumps({"id": key, "from": "+9779812345678", "text": "1"}).encode()
            headers = {"X-Signature": f"sha256={signature_of(SECRET, body)}"}
            try:
                connection = connection or HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("POST", self.path, body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, HTTPException):
                if connection is not None:
                    connection.close()
                connection = None
                self.retries += 1
                self.stop.wait(0.02)
                continue
            if answer.status == 200:
                self.acknowledged.append(key)
                count += 1
            else:
                self.retries += 1
                self.stop.wait(0.02)


def test_kill_9_loses_nothing_that_was_acknowledged_and_doubles_nothing(
    place, tmp_path, record_property
):
    environment = {**os.environ, "DATABASE_URL": place.fresh, "SOJOURN_HOME": str(tmp_path)}
    prepared = subprocess.run(
        [sys.executable, Path(__file__).with_name("prepare.py"), SECRET],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    port, stop, dice = _free_port(), threading.Event(), random.Random(20260301)
    clients = [
        Client(number, port, f"/in/{prepared.stdout.strip()}/", stop) for number in range(CLIENTS)
    ]
    doors = Doors(environment)
    server = doors.open(port)
    for client in clients:
        client.start()
    try:
        for _ in range(KILLS):
            before = sum(len(client.acknowledged) for client in clients)
            deadline = time.monotonic() + 30
            while sum(len(client.acknowledged) for client in clients) < before + 20:
                assert time.monotonic() < deadline, "the inbox does not answer"
                time.sleep(0.005)
            time.sleep(dice.uniform(0, 0.1))
            doors.kill(server)
            server = doors.open(port)
    finally:
        stop.set()
        for client in clients:
            client.join()
        doors.kill(server)
        doors.end()

    acknowledged = [key for client in clients for key in client.acknowledged]
    kept = place.ids()
    missing, doubled = len(set(acknowledged) - set(kept)), len(kept) - len(set(kept))
    record_property("kills", KILLS)
    record_property("messages", len(acknowledged))
    record_property("lost", missing)
    record_property("doubled", doubled)
    record_property("brought_again", sum(client.retries for client in clients))
    assert len(acknowledged) >= KILLS * 20
    assert missing == 0
    assert doubled == 0
    assert urlsplit(place.fresh).path
