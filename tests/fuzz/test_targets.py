"""Whatever happens to a file on its way, every reader answers: what it read, or a refusal. A small seeded run.

`make fuzz` gives each reader a million inputs, guided by coverage (see `fuzz`).
"""

import os
import random
import time

import pytest

from tests.fuzz.found import FOUND
from tests.fuzz.mutations import damaged
from tests.fuzz.targets import READ, REFUSED, TARGETS

INPUTS = int(os.environ.get("SOJOURN_FUZZ_SMALL", "1500"))
SECONDS = 5.0
FEWER = {"cap_signature": 8, "spreadsheets": 4}  # each costs more than the others


@pytest.mark.parametrize("name", TARGETS)
def test_the_good_files_are_read(name):
    target = TARGETS[name]

    assert {target.read(seed) for seed in target.seeds()[:1]} == {READ}


@pytest.mark.parametrize("name", TARGETS)
def test_a_damaged_file_is_read_or_refused_and_soon(name):
    target = TARGETS[name]
    chance = random.Random(f"{name} 1")
    seeds = [seed if seed.startswith(b"PK") else seed[:4_000] for seed in target.seeds()]
    answers, slowest = set(), 0.0
    for _ in range(INPUTS // FEWER.get(name, 1)):
        data = damaged(chance, seeds)
        began = time.process_time()
        answers.add(_answer(target, data))
        slowest = max(slowest, time.process_time() - began)
    assert answers <= {READ, REFUSED}
    assert slowest < SECONDS


def _answer(target, data: bytes) -> str:
    """The answer; what else rises is told with the bytes that made it rise."""
    try:
        return target.read(data)
    except BaseException as error:
        error.add_note(f"the input was {data!r}")
        raise


@pytest.mark.parametrize("name", FOUND)
def test_what_broke_a_reader_once_does_so_no_more(name):
    assert {TARGETS[name].read(data) for data in FOUND[name]} <= {READ, REFUSED}


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_at_all_is_answered_too(name):
    for data in (b"", b"\x00", b" ", b"\xef\xbb\xbf", b"\xff\xfe"):
        assert TARGETS[name].read(data) in {READ, REFUSED}
