"""Background work of the person's page: wishes to be deleted come true."""

from typing import Final

from django.utils.timezone import now

from sojourn.foundation.audit.terms import System
from sojourn.foundation.jobs.tasks import task
from sojourn.procedures.self_service import operations, queries

WORKER: Final = System("erasure")


@task()
def erase_due() -> None:
    """Delete the records whose time has come."""
    at = now()
    operations.erase_due(keys=queries.due(at), by=WORKER, at=at)
