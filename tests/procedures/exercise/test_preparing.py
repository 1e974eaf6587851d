"""Preparing an exercise: in short steps, each taken once however often the worker dies, and to be cancelled."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.runner import run_one
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import Person
from sojourn.procedures.exercise import operations, queries, rules, tasks
from sojourn.procedures.exercise.models import Exercise
from sojourn.procedures.exercise.operations import preparing
from sojourn.procedures.exercise.scenarios.files import scenario
from sojourn.procedures.exercise.terms import Step
from sojourn.response.outreach.models import Message

HERE = Path(__file__).parent
KILLS = int(os.environ.get("SOJOURN_KILLS", "20"))
LIVES_S = (0.05, 1.0)


@pytest.fixture
def begun(officer, noon):
    return operations.begin_exercise(
        scenario="tripoli", people=450, seed=3, speed=60, by=officer, at=noon
    )


def take_all(exercise, noon):
    steps = []
    while not exercise.is_prepared:
        steps.append((exercise.step, exercise.parts_done))
        exercise = operations.take_step(exercise_id=exercise.pk, at=noon)
    return exercise, steps


def test_what_is_begun_is_small_and_what_follows_is_in_order(begun, noon):
    assert Organisation.objects.filter(is_exercise=True).count() == 1
    assert not Person.objects.exists()

    exercise, steps = take_all(begun, noon)

    homes = len(scenario("tripoli").homes)
    assert [step for step, _ in steps] == (
        [Step.ORGANISATIONS] * homes
        + [Step.PEOPLE] * 2
        + [Step.EQUIPMENT] * homes
        + [Step.ALERT, Step.CASES]
        + [Step.MESSAGES] * homes
    )
    assert Person.objects.count() == 450
    assert exercise.crisis.clock_speed == 60
    assert AuditEvent.objects.filter(what="exercise.prepared").count() == 1


def test_the_clock_stands_until_all_is_prepared(begun, noon):
    exercise = begun
    while exercise.crisis is None:
        exercise = operations.take_step(exercise_id=exercise.pk, at=noon)

    assert exercise.crisis.clock_speed == 0
    assert operations.play(at=noon) == operations.Turn()
    operations.set_speed(exercise=exercise, speed=300, by=exercise.begun_by, at=noon)
    exercise, _ = take_all(queries.under_way(exercise.pk), noon)
    assert exercise.crisis.clock_speed == 300


def test_the_share_that_is_done_grows_from_nothing_to_all():
    shares = [rules.share_prepared(step, done=done, parts=4) for step in Step for done in range(4)]

    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert sum(rules.WEIGHTS.values()) == 100


def test_a_step_that_breaks_leaves_nothing_and_is_taken_again(begun, noon, monkeypatch):
    whole, failures = preparing._mark, []

    def every_second_time(*given):
        failures.append(1)
        if len(failures) % 2:
            raise KeyboardInterrupt
        whole(*given)

    monkeypatch.setattr(preparing, "_mark", every_second_time)
    exercise = begun
    while not exercise.is_prepared:
        with pytest.raises(KeyboardInterrupt):
            operations.take_step(exercise_id=exercise.pk, at=noon)
        exercise = operations.take_step(exercise_id=exercise.pk, at=noon)

    assert Person.objects.count() == 450
    assert Organisation.objects.filter(is_exercise=True).count() == exercise.organisations.count()
    messages = Message.objects.filter(crisis=exercise.crisis).values_list("person", flat=True)
    assert len(messages) == len(set(messages)) > 100


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_make_each_part_once(officer):
    exercise = tasks.begin(scenario="tripoli", people=450, seed=3, speed=60, by=officer)

    def work(name):
        while run_one(worker=name):
            pass
        connection.close()

    workers = [threading.Thread(target=work, args=(f"worker-{n}",)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    exercise.refresh_from_db()
    assert exercise.is_prepared
    assert Person.objects.count() == 450
    assert not Job.objects.exclude(state="done").exists()


def test_it_can_be_taken_away_at_every_step(officer, noon):
    taken = 0
    while True:
        exercise = operations.begin_exercise(
            scenario="tripoli", people=30, seed=3, speed=60, by=officer, at=noon
        )
        for _ in range(taken):  # a step more than there are changes nothing
            exercise = operations.take_step(exercise_id=exercise.pk, at=noon)
        is_prepared = exercise.is_prepared

        assert operations.reset_exercise(exercise_id=exercise.pk, by=officer, at=noon) > 0

        assert not Person.objects.exists()
        assert not Case.objects.exists()
        assert not Organisation.objects.filter(is_exercise=True).exists()
        assert operations.take_step(exercise_id=exercise.pk, at=noon) is None
        if is_prepared:
            break
        taken += 3
    assert taken > 20  # so many steps, or a few more


def test_a_reset_that_was_broken_off_is_gone_on_with(begun, noon, officer, monkeypatch):
    exercise, _ = take_all(begun, noon)
    whole, calls = operations.ending._delete, []

    def until_the_power_fails(rows):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(rows)

    monkeypatch.setattr(operations.ending, "_delete", until_the_power_fails)
    with pytest.raises(KeyboardInterrupt):
        operations.reset_exercise(exercise_id=exercise.pk, by=officer, at=noon)
    assert 0 < Person.objects.count() < 450
    assert queries.under_way(exercise.pk) is None
    assert operations.play(at=noon) == operations.Turn()

    operations.reset_exercise(exercise_id=exercise.pk, by=officer, at=noon)

    assert not Person.objects.exists()
    assert not Exercise.objects.exists()
    assert AuditEvent.objects.filter(what="exercise.reset").count() == 1


@pytest.fixture
def place(tmp_path, django_db_setup):
    """The environment of an empty database of the kind that is tested."""
    given, name = connection.settings_dict, f"sojourn_prepare_{uuid.uuid4().hex[:8]}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
        "SOJOURN_HOME": str(tmp_path / "home"),
        "SOJOURN_PORT": "47110",  # nobody is there: all phones are alive
        "SOJOURN_LOG": "ERROR",
    }
    if connection.vendor == "sqlite":
        yield {**environment, "DATABASE_URL": f"sqlite:///{tmp_path / 'prepare.sqlite3'}"}
        return
    secret = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    server_url = f"postgres://{given['USER']}{secret}@{given['HOST']}:{given['PORT'] or 5432}"
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield {**environment, "DATABASE_URL": f"{server_url}/{name}"}
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def say(place):
    """A function that says a line to the process that prepares, and returns what it answers."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "preparer.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=place,
    )

    def saying(line):
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield saying
    process.stdin.close()
    process.wait(30)


def test_a_worker_killed_again_and_again_prepares_the_same_exercise(say):
    """`SOJOURN_KILLS` says how many kills (20). Processes and database are real."""
    say("begin 1000")
    say(f"reap {say('start')}")
    quietly = say("facts")
    assert say("reset") > 1000
    chance, kills = random.Random(1), 0

    say("begin 1000")
    while kills < KILLS:
        pid = say("start")
        time.sleep(chance.uniform(*LIVES_S))
        os.kill(pid, signal.SIGKILL)
        kills += 1
        say(f"reap {pid}")
        if say("state") == "ready":
            assert say("facts") == quietly
            say("reset")
            say("begin 1000")
    say(f"reap {say('start')}")

    assert say("state") == "ready"
    assert say("facts") == quietly
    assert quietly["most messages to one"] == 1
    assert (quietly["adrift"], quietly["speed"]) == (0, 60)
