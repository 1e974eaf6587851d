"""The backend of one machine: the table itself is the queue."""

from sojourn.foundation.jobs.models import Job


class Embedded:
    """Wakes nobody: the worker looks at the table several times a second."""

    runs_here = True

    def enqueue(self, job: Job) -> None:
        """Do nothing; the row is enough."""
