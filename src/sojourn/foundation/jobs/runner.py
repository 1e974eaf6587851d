"""Runs jobs: claims one, keeps its lease while it runs, notes how it ended."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import DatabaseError, close_old_connections, connections

from sojourn.foundation.jobs import backends, operations, queries, rules
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.tasks import NoSuchTask, task_at

logger = logging.getLogger(__name__)

IDLE_SECONDS: Final = 0.3
OVERDUE: Final = timedelta(seconds=60)


def run_one(*, worker: str, only: UUID | None = None) -> bool:
    """Claim one job and run it; False when none was due."""
    if only is None and not queries.is_due(at=_now()):
        return False
    job = operations.claim(worker=worker, at=_now(), only=only)
    if job is None:
        return False
    _run(job)
    return True


def run_until(stop: threading.Event, *, worker: str) -> None:
    """Run jobs until told to stop. A job that has begun is finished first."""
    while not stop.is_set():
        close_old_connections()
        try:
            has_run = run_one(worker=worker)
        except DatabaseError:
            logger.exception("the database did not answer; the jobs wait")
            has_run = False
        if not has_run:
            stop.wait(IDLE_SECONDS)
    connections.close_all()


def look_after() -> int:
    """Take back what silent workers left, and wake somebody for jobs that the broker lost."""
    at = _now()
    taken = operations.take_back(at=at)
    backend = backends.current()
    if not backend.runs_here:
        for job in queries.overdue(before=at - OVERDUE)[:1_000]:
            backend.enqueue(job)
    return taken


def _run(job: Job) -> None:
    ended = threading.Event()
    keeper = threading.Thread(target=_keep_lease, args=(job, ended), daemon=True)
    keeper.start()
    try:
        returned = task_at(job.task)(*job.args, **job.kwargs)
    except NoSuchTask:
        operations.fail(job=job, failure="no such task", at=_now(), is_final=True)
        logger.exception("job %s names a task that does not exist", job.pk)
    except Exception as error:  # the last barrier: a failing task must not end the worker
        operations.fail(job=job, failure=type(error).__name__, at=_now())
        logger.exception("job %s failed", job.pk)
    else:
        operations.finish(job=job, return_value=returned, at=_now())
    finally:
        ended.set()
        keeper.join()


def _keep_lease(job: Job, ended: threading.Event) -> None:
    while not ended.wait(rules.LEASE.total_seconds() / 3):
        if not operations.keep(job=job, at=_now()):
            logger.warning("job %s was taken away while it ran", job.pk)
            break
    connections.close_all()


def _now() -> datetime:
    return datetime.now(UTC)
