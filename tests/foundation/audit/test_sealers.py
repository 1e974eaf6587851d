"""Several sealers at once, killed with -9 at random moments: each event is sealed once, the chain has no gap.

`SOJOURN_KILLS` says how many kills (20). The processes and the database are real.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

KILLS = int(os.environ.get("SOJOURN_KILLS", "20")) // 2
LIVES_S = (0.0, 0.3)
EVENTS = 300
WRITERS = 2
SEALERS = 2


@pytest.fixture
def environment(tmp_path):
    """A fresh database of the kind that the tests run on, and a folder for its keys."""
    url, name = os.environ.get("DATABASE_URL", ""), f"sojourn_sealers_{os.getpid()}"
    given = {**os.environ, "SOJOURN_HOME": str(tmp_path)}
    if not url.startswith("postgres"):
        yield {**given, "DATABASE_URL": f"sqlite:///{tmp_path / 'sealers.sqlite3'}"}
        return
    server = url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield {**given, "DATABASE_URL": f"{server}/{name}"}
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def start(environment):
    """A function that starts one process of the test; all end with it."""
    started = []

    def _start(*words):
        process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("sealer.py"), *words],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield _start
    for process in started:
        process.kill()
        process.communicate()


def test_sealers_that_race_and_are_killed_leave_one_chain(start):
    assert start("prepare").wait(60) == 0
    writers = [start("write", str(EVENTS)) for _turn in range(WRITERS)]
    sealers, chance = [start("seal") for _turn in range(SEALERS)], random.Random(20260301)

    for kill in range(KILLS):
        doomed = sealers[kill % SEALERS]
        assert doomed.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(*LIVES_S))
        doomed.kill()
        doomed.wait()
        sealers[kill % SEALERS] = start("seal")
    assert [writer.wait(120) for writer in writers] == [0] * WRITERS
    for sealer in sealers:
        sealer.kill()
        sealer.wait()

    found = json.loads(start("verify").communicate(timeout=60)[0])
    assert found.pop("checkpoints") >= 1
    assert found == {
        "problems": [],
        "events": EVENTS * WRITERS,
        "seals": EVENTS * WRITERS,
        "last": EVENTS * WRITERS,
        "waiting": 0,
    }
