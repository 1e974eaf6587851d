"""Deeds on jobs: write down, claim, keep, finish, try again, set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.jobs import backends, claims, rules
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.terms import JobState

WAITING: Final = "waiting.state = 'ready' AND waiting.run_after <= %s"
TAKING: Final = (
    "state = 'running', worker = %s, lease_until = %s, started_at = %s, tries = tries + 1"
)
ANY: Final = claims.Claim(
    table="jobs_job",
    key="id",
    where=WAITING,
    order="waiting.priority DESC, waiting.run_after",
    sets=TAKING,
)
THIS_ONE: Final = claims.Claim(
    table="jobs_job",
    key="id",
    where=f"{WAITING} AND waiting.id = %s",
    order="waiting.run_after",
    sets=TAKING,
)
FAILURE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to be made: the dotted path of the task, its arguments, how urgent, how often to try."""

    task: str
    args: Sequence[object] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict)
    priority: int = 0
    most_tries: int = 8
    unique_key: str = ""


@transaction.atomic
def enqueue(*, call: Call, run_after: datetime, at: datetime) -> Job:
    """Write down a call in the deed's own transaction. With a unique key: once while it is open."""
    job = Job(
        task=call.task,
        args=list(call.args),
        kwargs=dict(call.kwargs),
        priority=call.priority,
        most_tries=call.most_tries,
        unique_key=call.unique_key,
        run_after=run_after,
        enqueued_at=at,
    )
    if not call.unique_key:
        job.save(force_insert=True)
    else:
        Job.objects.bulk_create([job], ignore_conflicts=True)
        job = Job.objects.get(
            unique_key=call.unique_key, state__in=[JobState.READY, JobState.RUNNING]
        )
    backends.current().enqueue(job)
    return job


@transaction.atomic
def claim(*, worker: str, at: datetime, only: UUID | None = None) -> Job | None:
    """Take the most urgent job that is due (or this one), for one worker, until the lease ends."""
    taking = [worker, at + rules.LEASE, at]
    with connection.cursor() as cursor:
        if only is None:
            keys = claims.run(cursor, ANY, sets=taking, where=[at], limit=1)
        else:
            keys = claims.run(cursor, THIS_ONE, sets=taking, where=[at, only], limit=1)
    return Job.objects.get(pk=keys[0]) if keys else None


def keep(*, job: Job, at: datetime) -> bool:
    """Lengthen the lease of a job that still runs here; False when it was taken away."""
    return bool(_mine(job).update(lease_until=at + rules.LEASE))


def finish(*, job: Job, return_value: object, at: datetime) -> bool:
    """Note that a job was done. False, and no trace, when it was taken away meanwhile."""
    return bool(
        _mine(job).update(
            state=JobState.DONE,
            return_value=return_value,
            finished_at=at,
            lease_until=None,
            failure="",
        )
    )


def fail(*, job: Job, failure: str, at: datetime, is_final: bool = False) -> None:
    """Note a failure: try again after a pause, or set the job aside when it was tried enough."""
    if is_final or job.tries >= job.most_tries:
        _mine(job).update(
            state=JobState.FAILED,
            failure=failure[:FAILURE_LENGTH],
            finished_at=at,
            lease_until=None,
        )
    else:
        _mine(job).update(
            state=JobState.READY,
            failure=failure[:FAILURE_LENGTH],
            run_after=at + rules.pause_after(job.tries),
            lease_until=None,
        )


def release(*, job: Job, at: datetime) -> None:
    """Give back a job that was not begun."""
    _mine(job).update(state=JobState.READY, run_after=at, lease_until=None, tries=job.tries - 1)


@transaction.atomic
def take_back(*, at: datetime) -> int:
    """Put jobs whose worker fell silent back in line, or aside when tried enough. Safe to repeat."""
    silent = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=at)
    tired = silent.filter(tries__gte=F("most_tries")).update(
        state=JobState.FAILED, failure="the worker fell silent", finished_at=at, lease_until=None
    )
    return tired + silent.update(state=JobState.READY, run_after=at, lease_until=None)


@transaction.atomic
def try_again(*, job: Job, by: Actor, at: datetime) -> None:
    """Put a job that was set aside back in line, on a person's word. Safe to repeat."""
    changed = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
        state=JobState.READY, tries=0, run_after=at, finished_at=None
    )
    if changed:
        backends.current().enqueue(job)
        audit.record(what="job.tried_again", about=job, by=by, at=at)


def sweep(*, before: datetime, limit: int = 10_000) -> int:
    """Remove jobs that were done before a moment; those set aside stay."""
    old = Job.objects.filter(state=JobState.DONE, finished_at__lt=before).values("pk")[:limit]
    return Job.objects.filter(pk__in=old).delete()[0]


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker, tries=job.tries)
