"""Workers killed with -9 at random moments, a gateway that resets and refuses: nothing lost, nothing doubled.

`SOJOURN_KILLS` says how many kills (20). The processes, the database and the gateway are real.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings

HERE = Path(__file__).parent
KILLS = int(os.environ.get("SOJOURN_KILLS", "20"))
LIVES_S = (0.02, 0.2)  # how long a worker lives
MESSAGES_PER_KILL = 45  # eight connections at 20 ms hardly send more in an average life
PATIENCE_S = 40
IN_FLIGHT = 8


@dataclass
class Talk:
    """A process that answers each line with a line."""

    process: subprocess.Popen

    def say(self, line=""):
        if line:
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


def _talk(script, *words, environment=None):
    return Talk(
        subprocess.Popen(
            [sys.executable, str(HERE / script), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
    )


@pytest.fixture
def database(tmp_path):
    """The address of an empty database of the kind that the suite runs on."""
    given = settings.DATABASES["default"]
    if given["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{tmp_path / 'kill.sqlite3'}"
        return
    name = f"sojourn_kill_{os.getpid()}"
    place = {
        "host": given["HOST"] or None,
        "port": given["PORT"] or None,
        "user": given["USER"] or None,
        "password": given["PASSWORD"] or None,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **place) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        secret = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
        port = f":{given['PORT']}" if given["PORT"] else ""
        yield f"postgres://{given['USER']}{secret}@{given['HOST']}{port}/{name}"
    finally:
        with psycopg.connect(dbname="postgres", autocommit=True, **place) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def nursery(database, tmp_path):
    """A process that raises workers."""
    talk = _talk(
        "nursery.py",
        environment={
            "DATABASE_URL": database,
            "SOJOURN_HOME": str(tmp_path / "home"),
            "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
            "SOJOURN_LOG": "ERROR",
        },
    )
    yield talk
    talk.end()


@pytest.fixture
def gateway():
    """A function that starts a gateway and returns its address."""
    started = []

    def _start(*words):
        talk = _talk("gateway.py", "--latency-ms", "20", *words)
        started.append(talk)
        return f"http://127.0.0.1:{talk.say()}"

    yield _start
    for talk in started:
        talk.end()


def _kill_again_and_again(nursery, chance):
    for _ in range(KILLS):
        pid = int(nursery.say("start"))
        time.sleep(chance.uniform(*LIVES_S))
        os.kill(pid, signal.SIGKILL)
        nursery.say(f"reap {pid}")


def _finish(nursery):
    """Let one last worker finish, and return the states that are left."""
    pid = int(nursery.say("start"))
    try:
        deadline = time.monotonic() + PATIENCE_S + KILLS / 5
        while time.monotonic() < deadline:
            counts = json.loads(nursery.say("counts"))
            waiting = counts.get("queued", 0) + counts.get("claimed", 0)
            waiting += counts.get("uncertain", 0) - counts["undecided"]
            if waiting == 0:
                break
            time.sleep(0.2)
        return counts
    finally:
        os.kill(pid, signal.SIGKILL)
        nursery.say(f"reap {pid}")


def _taken(url):
    with urlopen(f"{url}/counts", timeout=10) as page:
        return json.load(page)


@pytest.fixture
def note(nursery, record_property):
    """A function that counts what was lost, and writes down the case for `benchmarks/kills.py`.

    Lost: noted as sent and never taken by the gateway, or neither sent nor left to a person.
    """

    def _note(number, counts, url):
        with urlopen(f"{url}/keys", timeout=30) as page:
            taken = set(page.read().decode().split())
        arrived = len(taken.intersection(json.loads(nursery.say("sent"))))
        lost = number - counts["undecided"] - arrived
        record_property("kills", KILLS)
        record_property("messages", number)
        record_property("lost", lost)
        record_property("doubled", _taken(url)["doubled"])
        record_property("undecided", counts["undecided"])
        return lost

    return _note


@pytest.mark.parametrize(("ability", "word"), [("takes_key", "--knows-keys"), ("can_be_asked", "")])
def test_nothing_is_lost_or_doubled_where_the_gateway_helps(nursery, gateway, note, ability, word):
    number = KILLS * MESSAGES_PER_KILL
    url = gateway("--reset-rate", "0.005", "--busy-rate", "0.02", *filter(None, [word]))
    assert nursery.say(f"fill {number} check {url} {ability}") == "filled"

    _kill_again_and_again(nursery, random.Random(ability))
    counts = _finish(nursery)

    assert note(number, counts, url) == 0
    assert counts == {"sent": number, "undecided": 0}
    assert _taken(url) == {"taken": number, "doubled": 0}


def test_a_code_is_never_doubled_by_a_gateway_that_cannot_help_and_a_person_decides(
    nursery, gateway, note
):
    number = KILLS * MESSAGES_PER_KILL
    url = gateway("--reset-rate", "0.005", "--busy-rate", "0.02")
    assert nursery.say(f"fill {number} code {url} nothing") == "filled"

    _kill_again_and_again(nursery, random.Random("nothing"))
    counts = _finish(nursery)

    lost, taken = note(number, counts, url), _taken(url)
    assert lost == 0
    assert taken["doubled"] == 0
    assert counts["sent"] + counts["undecided"] == number
    assert counts["sent"] <= taken["taken"] <= number
    assert counts["undecided"] > 0


def test_a_welfare_check_is_never_lost_by_a_gateway_that_cannot_help(nursery, gateway, note):
    number = KILLS * MESSAGES_PER_KILL
    url = gateway()
    assert nursery.say(f"fill {number} check {url} nothing") == "filled"

    _kill_again_and_again(nursery, random.Random("check"))
    counts = _finish(nursery)

    lost, taken = note(number, counts, url), _taken(url)
    assert lost == 0
    assert counts == {"sent": number, "undecided": 0}
    assert taken["taken"] == number
    assert taken["doubled"] <= KILLS * IN_FLIGHT
