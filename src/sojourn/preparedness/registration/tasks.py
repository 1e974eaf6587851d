"""Background work of registration: long lists are added some rows at a time."""

from typing import Final

from django.utils.timezone import now

from sojourn.foundation.audit.terms import System
from sojourn.foundation.jobs.tasks import task
from sojourn.preparedness.registration import operations
from sojourn.preparedness.registration.models import Import

WORKER: Final = System("registration")
BATCHES_A_CALL: Final = 25


@task()
def add_people(import_id: str) -> None:
    """Add the people of a confirmed list. Stopped half-way and called again, it goes on."""
    record = Import.objects.filter(pk=import_id).first()
    if record is None:
        return
    for _ in range(BATCHES_A_CALL):
        if not operations.add_next(record=record, by=WORKER, at=now()):
            return
    add_people.enqueue(import_id)
