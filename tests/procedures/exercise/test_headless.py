"""A whole exercise, with every process it needs: the numbers must add up, and fit what is true of the people."""

import json
import subprocess
import sys
import uuid
from itertools import pairwise

import psycopg
import pytest
from django.db import connection

from sojourn.procedures.exercise.headless.drive import steps

SOJOURN = [sys.executable, "-m", "sojourn.site.cli"]
PEOPLE = 300


def database_url(name):
    facts = connection.settings_dict
    user = facts["USER"] + (f":{facts['PASSWORD']}" if facts["PASSWORD"] else "")
    return f"postgres://{user}@{facts['HOST']}:{facts['PORT'] or 5432}/{name}"


@pytest.fixture(scope="module")
def database(django_db_setup):
    """An empty database of the kind that is tested: none for SQLite, which makes its own."""
    if connection.vendor == "sqlite":
        yield ""
        return
    name = f"sojourn_exercise_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(database_url("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    yield database_url(name)
    with psycopg.connect(database_url("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def outcome(database):
    played = f"kathmandu --headless --speed max --json --people {PEOPLE} --seed 1 --hours 10"
    done = subprocess.run(
        [*SOJOURN, "exercise", *played.split(), "--database", database],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    assert "%" not in done.stdout
    return json.loads(done.stdout)


def test_everybody_is_counted_once(outcome):
    assert outcome["people"] == PEOPLE
    assert 90 <= outcome["households"] <= 150
    counted = outcome["unaccounted"] + outcome["safe"] + outcome["in_need"]
    found = outcome["exposed"] + outcome["too_old"]
    assert 200 < found <= PEOPLE
    assert found <= counted <= found + outcome["near"]


def test_messages_leave_once_in_many_languages_and_are_reported(outcome):
    assert outcome["duplicates"] == 0
    assert len(outcome["messages"]) >= 9
    states = {state for by_state in outcome["messages"].values() for state in by_state}
    assert states <= {"sent", "delivered", "failed", "stopped"}
    assert outcome["messaged"] >= 0.5 * outcome["exposed"]
    assert 0.8 * outcome["messaged"] <= outcome["delivered"] <= outcome["messaged"]


def test_nobody_in_need_is_called_safe(outcome):
    assert outcome["false_safe"] == 0
    assert outcome["true_safe"] > 50
    assert outcome["true_help"] > outcome["false_help"] > 0  # a household in need is helped whole


def test_answers_come_within_the_hour_and_are_read(outcome):
    assert 15 < outcome["median_answer_min"] < 75
    assert outcome["answers_given"] >= sum(outcome["replies"].values())
    assert set(outcome["replies"]) == {"safe", "help", "text", "stop"}
    assert outcome["replies_of_nobody_known"] < 10


def test_staff_called_referred_and_closed(outcome):
    staff = outcome["staff"]
    assert staff["called"] >= staff["closed"] > 0
    assert 0 < staff["referred"] <= staff["called"]
    assert outcome["needs"]


def test_the_books_are_right_at_the_end(outcome):
    assert outcome["audit_verified"] is True
    assert outcome["tallies_adrift"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["atlantis", "--headless"], "There is no scenario"),
        (["kathmandu", "--headless", "--people", "2"], "Choose between"),
        (["kathmandu", "--headless", "--speed", "5"], "--speed max"),
    ],
)
def test_what_cannot_be_played_is_refused_with_status_2(words, said):
    done = subprocess.run(
        [*SOJOURN, "exercise", *words], capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 2
    assert said in done.stderr
    assert not done.stdout


def test_the_clock_stops_more_often_at_first_and_at_the_end():
    minutes = list(steps(48 * 60))

    assert minutes[0] == 0
    assert minutes[-1] == 48 * 60
    gaps = [later - earlier for earlier, later in pairwise(minutes)]
    assert gaps == sorted(gaps)
