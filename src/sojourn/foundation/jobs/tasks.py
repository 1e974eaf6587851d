"""Tasks: functions that can be called later. The API has the shape of Django 6's `django.tasks`.

    @task(most_tries=5)
    def make_report(crisis_id: str) -> None: ...

    make_report.enqueue(str(crisis.pk))
    make_report.using(run_after=tomorrow, unique_key=f"report:{crisis.pk}").enqueue(str(crisis.pk))

A task must be safe to repeat: after a crash it is called again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from sojourn.foundation.jobs import operations
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.terms import JobState


class NoSuchTask(Exception):
    """The name does not lead to a function marked with `@task`."""


@dataclass(frozen=True)
class TaskResult:
    """What became of one call. `refresh` reads it anew."""

    id: UUID
    status: JobState
    attempts: int
    return_value: object

    def refresh(self) -> "TaskResult":
        """Return the result as it is now."""
        return result_of(Job.objects.get(pk=self.id))


@dataclass(frozen=True)
class Task:
    """A function with how it is to be called. Calling it runs it at once."""

    func: Callable[..., Any]
    priority: int = 0
    most_tries: int = 8
    run_after: datetime | None = None
    unique_key: str = ""

    @property
    def module_path(self) -> str:
        """Return the dotted path under which a worker finds the task."""
        return f"{self.func.__module__}.{self.func.__qualname__}"

    def using(
        self,
        *,
        priority: int | None = None,
        run_after: datetime | None = None,
        unique_key: str | None = None,
    ) -> "Task":
        """Return the same task, to be called with other settings."""
        return replace(
            self,
            priority=self.priority if priority is None else priority,
            run_after=run_after or self.run_after,
            unique_key=self.unique_key if unique_key is None else unique_key,
        )

    def enqueue(self, *args: object, **kwargs: object) -> TaskResult:
        """Write down a call in the deed's own transaction; a worker makes it once that is committed."""
        at = now()
        job = operations.enqueue(
            call=operations.Call(
                task=self.module_path,
                args=args,
                kwargs=kwargs,
                priority=self.priority,
                most_tries=self.most_tries,
                unique_key=self.unique_key,
            ),
            run_after=self.run_after or at,
            at=at,
        )
        return result_of(job)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function here and now."""
        return self.func(*args, **kwargs)


def task(*, priority: int = 0, most_tries: int = 8) -> Callable[[Callable[..., Any]], Task]:
    """Mark a function of a module as a task."""
    return lambda func: Task(func, priority=priority, most_tries=most_tries)


def task_at(path: str) -> Task:
    """Return the task under a dotted path. Raises NoSuchTask."""
    module, _, name = path.rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise NoSuchTask(path) from error
    if not isinstance(found, Task):
        raise NoSuchTask(path)
    return found


def result_of(job: Job) -> TaskResult:
    """Return a job as the API shows it."""
    return TaskResult(job.pk, JobState(job.state), job.tries, job.return_value)
