"""A limit lets so many through, says how long to wait, keeps its word, and is one for all processes."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from sojourn.foundation.access import throttle
from sojourn.foundation.access.models import Allowance

GUESSER = [sys.executable, str(Path(__file__).with_name("guesser.py"))]
FOUR_A_MINUTE = throttle.Limit("tries", 4, timedelta(minutes=1))
SECOND = timedelta(seconds=1)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def _take(at, key="a"):
    return throttle.take(FOUR_A_MINUTE, key, at=at)


def test_four_are_let_through_at_once_and_the_fifth_is_told_when(db, noon):
    assert [_take(noon) for _ in range(5)] == [0, 0, 0, 0, 15]


def test_waiting_as_long_as_was_said_is_enough_and_a_second_less_is_not(db, noon):
    for _ in range(4):
        _take(noon)

    assert _take(noon + 14 * SECOND) == 1
    assert _take(noon + 15 * SECOND) == 0


def test_impatience_does_not_lengthen_the_wait(db, noon):
    for _ in range(4):
        _take(noon)

    waits = [_take(noon + second * SECOND) for second in range(16)]

    assert waits == [*range(15, 0, -1), 0]


def test_a_right_try_is_given_back_so_that_a_hundred_of_them_pass(db, noon):
    for _ in range(100):
        assert _take(noon) == 0
        throttle.give_back(FOUR_A_MINUTE, "a")


def test_keys_and_scopes_count_apart(db, noon):
    for _ in range(4):
        _take(noon)

    assert _take(noon, key="b") == 0
    other = throttle.Limit("something else", 1, timedelta(minutes=1))
    assert throttle.take(other, "a", at=noon) == 0


def test_the_table_holds_no_key_as_it_is(db, noon):
    _take(noon, key="198.51.100.7")

    allowance = Allowance.objects.get()
    assert b"198" not in bytes(allowance.key)
    assert len(bytes(allowance.key)) == 16


def test_what_says_nothing_any_more_is_forgotten_and_nothing_else(db, noon):
    _take(noon, key="once")
    for _ in range(4):
        _take(noon, key="often")

    assert throttle.forget_whole(at=noon + 15 * SECOND) == 1
    assert _take(noon + 15 * SECOND, key="often") == 0
    assert _take(noon + 15 * SECOND, key="often") > 0


@given(gaps=st.lists(st.integers(0, 40_000), min_size=1, max_size=60), times=st.integers(1, 9))
def test_no_stretch_of_time_lets_more_through_than_the_limit_and_what_came_back(gaps, times):
    limit = throttle.Limit("tries", times, timedelta(minutes=1))
    clock, whole_at, passed = 0, NEW_YEAR, []
    for gap in gaps:
        clock += gap
        at = NEW_YEAR + timedelta(milliseconds=clock)
        if not throttle.wait_of(limit, whole_at, at):
            passed.append(clock)
            whole_at = max(whole_at, at) + limit.step

    for first in range(len(passed)):
        for last in range(first, len(passed)):
            stretch_ms = passed[last] - passed[first]
            assert last - first + 1 <= times + stretch_ms * times / 60_000 + 1e-6


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_one_limit(tmp_path):
    environment = {**os.environ, "SOJOURN_HOME": str(tmp_path)}
    if connection.vendor == "sqlite":
        environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'guesses.sqlite3'}"
        subprocess.run([*GUESSER, "make table"], env=environment, check=True)
    else:
        facts = connection.settings_dict
        user = facts["USER"] + (f":{facts['PASSWORD']}" if facts["PASSWORD"] else "")
        place = f"{facts['HOST']}:{facts['PORT'] or 5432}"
        environment["DATABASE_URL"] = f"postgres://{user}@{place}/{facts['NAME']}"
    environment["SOJOURN_MASTER_KEY"] = "c29qb3VybiBzb2pvdXJuIHNvam91cm4gc29qb3Vybi4="
    guessers = [
        subprocess.Popen(
            [*GUESSER, "30"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for guesser in guessers:
        guesser.stdin.write("go\n")
        guesser.stdin.flush()

    passed = [int(guesser.communicate(timeout=60)[0]) for guesser in guessers]

    assert sum(passed) == 10


@pytest.mark.parametrize(
    ("is_secure", "connection_of", "said", "source"),
    [
        (False, "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        (True, "127.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "", "127.0.0.1"),
        (False, "2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        (False, "::ffff:198.51.100.7", "", "198.51.100.7"),
        (False, "a socket", "", "a socket"),
    ],
)
def test_the_source_is_what_the_next_proxy_says_and_only_behind_one(
    settings, is_secure, connection_of, said, source
):
    settings.IS_SECURE = is_secure
    headers = {"X-Forwarded-For": said} if said else {}

    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=connection_of)

    assert throttle.source_of(request) == source
