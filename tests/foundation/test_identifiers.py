"""Keys: version 7, unique, and in the order in which they were made."""

from concurrent.futures import ThreadPoolExecutor

from sojourn.foundation import identifiers
from sojourn.foundation.identifiers import uuid7


def test_a_key_says_that_it_is_of_version_seven_and_when_it_was_made(monkeypatch):
    monkeypatch.setattr(identifiers._Last, "number", 0)
    monkeypatch.setattr(identifiers.time, "time_ns", lambda: 1_700_000_000_123_456_789)

    key = uuid7()

    assert key.version == 7
    assert key.variant == "specified in RFC 4122"
    assert key.int >> 80 == 1_700_000_000_123


def test_keys_of_one_millisecond_rise(monkeypatch):
    monkeypatch.setattr(identifiers.time, "time_ns", lambda: 1_700_000_000_000_000_000)

    keys = [uuid7() for _ in range(5_000)]

    assert keys == sorted(keys)
    assert len(set(keys)) == 5_000


def test_a_clock_that_is_set_back_does_not_turn_the_order(monkeypatch):
    first = uuid7()
    monkeypatch.setattr(identifiers.time, "time_ns", lambda: 1_000)

    assert uuid7() > first


def test_threads_never_get_the_same_key():
    with ThreadPoolExecutor(4) as threads:
        keys = list(threads.map(lambda _: uuid7(), range(20_000)))

    assert len(set(keys)) == 20_000
