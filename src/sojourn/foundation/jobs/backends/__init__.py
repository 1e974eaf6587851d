"""What wakes a worker when a job was written. The row is the truth under every backend.

`SOJOURN_JOBS=embedded` (the default): our own worker looks at the table. `SOJOURN_JOBS=celery`: RabbitMQ wakes
Celery workers; a message that the broker loses is sent again from the row.
"""

from functools import cache
from typing import Protocol

from django.conf import settings

from sojourn.foundation.jobs.models import Job


class Backend(Protocol):
    """What a backend must do."""

    def enqueue(self, job: Job) -> None:
        """Wake someone for a job once the transaction that wrote it is committed."""
        ...

    @property
    def runs_here(self) -> bool:
        """Whether our own worker runs the jobs."""
        ...


def current() -> Backend:
    """Return the backend that the settings name. Raises ValueError for an unknown name."""
    return _backend(getattr(settings, "JOBS_BACKEND", "embedded"))


@cache
def _backend(name: str) -> Backend:
    if name == "embedded":
        from sojourn.foundation.jobs.backends.embedded import Embedded

        return Embedded()
    if name == "celery":
        from sojourn.foundation.jobs.backends.celery import OnCelery

        return OnCelery(settings.JOBS_BROKER_URL)
    raise ValueError(f"SOJOURN_JOBS is {name}, not embedded or celery.")
