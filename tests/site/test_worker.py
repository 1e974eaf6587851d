"""The worker process: it does its chores, ends in good order when told to, and survives what breaks."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from sojourn.site import worker
from sojourn.site.worker import Chore


def test_every_chore_has_a_name_of_its_own():
    names = [chore.name for chore in worker.chores()]

    assert len(names) == len(set(names))
    assert {
        "seal the audit trail",
        "fold the tallies",
        "tell cases what went out",
        "look after jobs",
        "read replies",
        "fetch mail",
        "ask alert feeds",
        "keep crises up with their events",
        "let the people of an exercise act",
        "escalate what is overdue",
        "delete who asked for it",
    } <= set(names)


def test_a_chore_whose_deed_is_gone_stops_the_worker_at_its_start(tmp_path):
    hide_it = "import sojourn.response.triage.operations as theirs; del theirs.escalate; "
    start = "from sojourn.site import worker; worker.chores()"
    code = f"import django; django.setup(); {hide_it}{start}"
    environment = {
        **os.environ,
        "SOJOURN_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
    }

    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "AttributeError" in ended.stderr
    assert "escalate" in ended.stderr


@pytest.mark.django_db
def test_every_chore_can_be_done_on_an_empty_database():
    for chore in worker.chores():
        chore.deed()


@pytest.mark.django_db(transaction=True)
def test_a_chore_that_fails_is_tried_again_and_stops_nobody(monkeypatch):
    stop, done = threading.Event(), []

    def deed():
        done.append(1)
        if len(done) == 1:
            raise LookupError("once")
        stop.set()

    monkeypatch.setattr(worker, "chores", lambda: [Chore("errand", 0.01, deed)])

    assert worker.run_worker(stop, only=["errand"]) == 0
    assert len(done) == 2


@pytest.mark.django_db(transaction=True)
def test_a_part_that_breaks_ends_the_worker_with_a_status(monkeypatch):
    def broken(_stop):
        raise LookupError("broken")

    monkeypatch.setattr(worker.post, "run_until", broken)

    assert worker.run_worker(threading.Event(), only=["outbox"]) == 1


def test_the_process_ends_in_good_order_on_sigterm(tmp_path):
    environment = {
        **os.environ,
        "SOJOURN_HOME": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'worker.sqlite3'}",
        "SOJOURN_LOG": "INFO",
    }
    command = [sys.executable, "-m", "sojourn.site.cli"]
    subprocess.run([*command, "manage", "migrate", "--verbosity", "0"], env=environment, check=True)
    process = subprocess.Popen(
        [*command, "worker"], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = ""
    while "the worker runs" not in said and process.poll() is None:
        said += process.stderr.readline()

    process.send_signal(signal.SIGTERM)

    said += process.communicate(timeout=120)[1]
    assert process.returncode == 0, said
    assert "Traceback" not in said
