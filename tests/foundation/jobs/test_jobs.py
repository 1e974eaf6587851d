"""Background work: written with its deed, done by one worker at a time, tried again, set aside, never forgotten."""

import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, connection, transaction
from tests.foundation.jobs import errands

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.audit.terms import System
from sojourn.foundation.jobs import backends, operations, queries, rules, runner, tasks
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.terms import JobState

CELERY = [sys.executable, "-m", "celery", "-A", "sojourn.site.celery_app", "worker"]
ROOT = Path(__file__).resolve().parents[3]


def _now():
    return datetime.now(UTC)


def _traces():
    return list(
        AuditEvent.objects.filter(what="errand.done").order_by("id").values_list("keys", flat=True)
    )


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 2), (2, 4), (3, 8), (8, 256), (20, 900), (99, 900)]
)
def test_pauses_double_up_to_a_quarter_of_an_hour(tries, seconds):
    assert rules.pause_after(tries) == timedelta(seconds=seconds)


def test_a_task_can_be_called_at_once(db):
    assert errands.leave_trace("now") == "done now"
    assert not Job.objects.exists()


def test_a_job_is_done_once_and_its_result_can_be_read(db):
    result = errands.leave_trace.enqueue("a")

    assert result.status == JobState.READY
    assert runner.run_one(worker="w")
    assert not runner.run_one(worker="w")
    result = result.refresh()
    assert (result.status, result.attempts, result.return_value) == (JobState.DONE, 1, "done a")
    assert _traces() == [{"name": "a"}]


def test_a_job_is_gone_when_its_deed_is_rolled_back(db):
    def deed():
        with transaction.atomic():
            errands.leave_trace.enqueue("a")
            raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError, match="failed"):
        deed()
    assert not runner.run_one(worker="w")


def test_the_most_urgent_goes_first_and_what_is_not_due_waits(db):
    errands.leave_trace.enqueue("plain")
    errands.leave_trace.using(priority=50).enqueue("urgent")
    errands.leave_trace.using(run_after=_now() + timedelta(hours=1)).enqueue("later")

    while runner.run_one(worker="w"):
        pass

    assert [trace["name"] for trace in _traces()] == ["urgent", "plain"]


def test_one_open_job_for_a_key(db):
    task = errands.leave_trace.using(unique_key="report:1")

    first, second = task.enqueue("a"), task.enqueue("b")
    assert first.id == second.id
    runner.run_one(worker="w")
    assert task.enqueue("c").id != first.id


def test_a_job_that_keeps_failing_is_set_aside_and_a_person_can_try_again(db):
    errands.fail_always.enqueue()

    runner.run_one(worker="w")
    job = Job.objects.get()
    assert (job.state, job.failure) == (JobState.READY, "LookupError")
    assert job.run_after > _now()
    Job.objects.update(run_after=_now())
    runner.run_one(worker="w")

    assert list(queries.set_aside()) == [Job.objects.get()]
    assert queries.counts()[JobState.FAILED] == 1
    operations.try_again(job=job, by=System("tests"), at=_now())
    assert Job.objects.get().state == JobState.READY
    assert AuditEvent.objects.filter(what="job.tried_again").count() == 1


@pytest.mark.parametrize(
    "path", ["nowhere.at_all", "tests.foundation.jobs.errands.not_a_task", "x"]
)
def test_a_job_without_a_task_is_set_aside_at_once(db, path):
    with pytest.raises(tasks.NoSuchTask):
        tasks.task_at(path)
    operations.enqueue(call=operations.Call(task=path), run_after=_now(), at=_now())

    runner.run_one(worker="w")

    assert Job.objects.get().state == JobState.FAILED


def test_a_job_whose_worker_fell_silent_is_taken_up_and_the_old_worker_changes_nothing(db):
    errands.leave_trace.enqueue("a")
    lost = operations.claim(worker="dead", at=_now())
    later = _now() + rules.LEASE + timedelta(seconds=1)

    assert operations.take_back(at=_now()) == 0
    assert operations.keep(job=lost, at=_now())
    assert operations.take_back(at=later + timedelta(seconds=5)) == 1
    taken = operations.claim(worker="alive", at=later + timedelta(seconds=6))

    assert not operations.finish(job=lost, return_value=None, at=later)
    assert operations.finish(job=taken, return_value="x", at=later)
    assert Job.objects.get().worker == "alive"


def test_a_job_that_was_not_begun_is_given_back(db):
    errands.leave_trace.enqueue("a")
    job = operations.claim(worker="w", at=_now())

    operations.release(job=job, at=_now())

    job.refresh_from_db()
    assert (job.state, job.tries) == (JobState.READY, 0)


def test_done_jobs_are_swept_and_those_set_aside_stay(db):
    errands.leave_trace.enqueue("a")
    runner.run_one(worker="w")
    operations.enqueue(call=operations.Call(task="x"), run_after=_now(), at=_now())
    runner.run_one(worker="w")

    assert operations.sweep(before=_now() + timedelta(seconds=1)) == 1
    assert Job.objects.get().state == JobState.FAILED


def test_a_priority_out_of_range_is_refused_by_the_database(db):
    with pytest.raises(IntegrityError, match="job_priority"), transaction.atomic():
        errands.leave_trace.using(priority=101).enqueue("a")


def test_an_unknown_backend_is_named(settings, db):
    settings.JOBS_BACKEND = "pigeons"
    with pytest.raises(ValueError, match="pigeons"):
        backends.current()


def _broker_answers(url):
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port or 5672), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_a_job_is_run_by_celery_on_rabbitmq(settings, tmp_path):
    if not _broker_answers(settings.JOBS_BROKER_URL):
        pytest.skip("NO BROKER: RabbitMQ does not answer; Celery behind the jobs was NOT TRIED")
    if connection.vendor == "sqlite":
        pytest.skip("Celery workers need a database that other processes see: run on PostgreSQL")
    settings.JOBS_BACKEND = "celery"
    given = connection.settings_dict
    secret = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    worker = subprocess.Popen(
        [*CELERY, "--pool", "solo", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": f"postgres://{given['USER']}{secret}@{given['HOST']}{port}/{given['NAME']}",
            "SOJOURN_JOBS": "celery",
            "SOJOURN_HOME": str(tmp_path),
            "PYTHONPATH": str(ROOT),
        },
    )
    try:
        result = errands.leave_trace.enqueue("by celery")
        deadline = time.monotonic() + 40
        while result.refresh().status != JobState.DONE and time.monotonic() < deadline:
            time.sleep(0.1)
        assert result.refresh().status == JobState.DONE
        assert [trace["name"] for trace in _traces()] == ["by celery"]
        assert Job.objects.get().worker.startswith("celery-")
    finally:
        worker.terminate()
        worker.wait(20)
