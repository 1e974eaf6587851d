"""Tasks for the tests of jobs. They leave their trace in the audit trail, so that other processes see it."""

from datetime import UTC, datetime

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import System
from sojourn.foundation.jobs.tasks import task


@task()
def leave_trace(name: str) -> str:
    """Do something that can be seen."""
    audit.record(
        what="errand.done", about=None, by=System("tests"), at=datetime.now(UTC), name=name
    )
    return f"done {name}"


@task(most_tries=2)
def fail_always() -> None:
    """Fail each time."""
    raise LookupError("never")


def not_a_task() -> None:
    """Is only a function."""
