"""A turn is kept by a process: others wait for it, and it ends with the process, however that ends."""

import os
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import connection, transaction

from sojourn.foundation.people.models import Household
from sojourn.foundation.turns import one_step, turn

pytestmark = pytest.mark.django_db(transaction=True)

HOLD = """
import django, sys
django.setup()
from sojourn.foundation.people.models import Household
from sojourn.foundation.turns import one_step, turn
with turn(sys.argv[1]):
    print("mine", flush=True)
    sys.stdin.read()
"""


def database_url(tmp_path):
    """The address of the database of this test, for a second process."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{tmp_path / 'other.sqlite3'}"
    place = f"{given['HOST']}:{given['PORT'] or 5432}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{place}/{given['NAME']}"


@pytest.fixture
def holder(tmp_path):
    """A process that holds the turn `tests`."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
        "SOJOURN_HOME": str(settings.HOME),
        "DATABASE_URL": database_url(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, "tests"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "mine\n"
    yield process
    process.kill()
    process.communicate()


def wait_for_turn(name, done):
    with turn(name):
        done.set()
    connection.close()


def test_another_waits_until_the_holder_is_killed(holder):
    done = threading.Event()
    waiting = threading.Thread(target=wait_for_turn, args=("tests", done))
    waiting.start()
    assert not done.wait(0.5)

    holder.kill()

    assert done.wait(20)
    waiting.join()


def test_turns_of_other_names_do_not_wait(holder):
    done = threading.Event()
    wait_for_turn("something else", done)

    assert done.is_set()


def test_a_turn_ends_with_its_block_whatever_happened_in_it():
    with pytest.raises(LookupError), turn("tests"):
        raise LookupError

    done = threading.Event()
    other = threading.Thread(target=wait_for_turn, args=("tests", done))
    other.start()
    assert done.wait(20)
    other.join()


def test_a_turn_within_a_transaction_lasts_until_its_end():
    done = threading.Event()
    other = threading.Thread(target=wait_for_turn, args=("tests", done))
    with transaction.atomic():
        with turn("tests"):
            pass
        if connection.vendor == "postgresql":
            other.start()
            assert not done.wait(0.5)
    if not other.is_alive() and not done.is_set():
        other.start()
    assert done.wait(20)
    other.join()


def test_a_step_is_whole_or_nothing_and_can_be_taken_again():
    def half_done():
        with one_step():
            Household.objects.create(name="half")
            raise LookupError

    with pytest.raises(LookupError):
        half_done()
    assert not Household.objects.exists()

    inside = []

    @one_step()
    def deed():
        inside.append(connection.in_atomic_block)
        return Household.objects.create(name="whole")

    assert deed().name == "whole"
    assert inside == [True]
    assert not connection.in_atomic_block
