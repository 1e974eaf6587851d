"""Background work of registration: files are read one by one, long lists are added some rows at a time.

What asks for such work asks in the same transaction, so that neither is there without the other.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from sojourn.exchange.roster_headers import Field
from sojourn.foundation.audit.terms import System
from sojourn.foundation.jobs.tasks import task
from sojourn.foundation.organisations.models import User
from sojourn.preparedness.registration import operations
from sojourn.preparedness.registration.models import DeliveredFile, Delivery, Import
from sojourn.preparedness.registration.rules import job_key

WORKER: Final = System("registration")
BATCHES_A_CALL: Final = 25
AT_ONCE: Final = 200


@task(most_tries=3)
def read_file(file_id: str) -> None:
    """Read one file of a delivery, and let the files of an archive be read."""
    file = (
        DeliveredFile.objects.select_related(
            "delivery__organisation", "delivery__office", "delivery__brought_by"
        )
        .filter(pk=file_id)
        .first()
    )
    if file is None:
        return
    held = operations.read_delivered(file=file, at=now())
    for one in held:
        read_later(one)
    if held:
        operations.end_archive(file=file, at=now())


@task()
def look_again(import_id: str) -> None:
    """Plan the rows of a list anew, whose columns mean something else now."""
    record = Import.objects.filter(pk=import_id).first()
    if record is not None:
        operations.look_again(record=record)


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


def read_later(file: DeliveredFile) -> None:
    """Ask for a file to be read; asked twice, it is read once."""
    read_file.using(unique_key=job_key(file.pk)).enqueue(str(file.pk))


@transaction.atomic
def keep_and_read(*, delivery: Delivery, name: str, content: bytes, at: datetime) -> DeliveredFile:
    """Keep one file of a delivery and ask for it to be read."""
    file = operations.keep_file(delivery=delivery, name=name, content=content, at=at)
    read_later(file)
    return file


@transaction.atomic
def confirm_and_add(*, record: Import, by: User, at: datetime) -> bool:
    """Confirm a list and add its people: a short one at once, a long one later. True when it is done.

    Raises CannotImport.
    """
    operations.confirm_import(record=record, by=by, at=at)
    if record.rows_total <= AT_ONCE:
        operations.add_next(record=record, by=by, at=at, limit=AT_ONCE)
        return True
    add_people.enqueue(str(record.pk))
    return False


@transaction.atomic
def confirm_and_add_all(*, delivery: Delivery, by: User, at: datetime) -> int:
    """Confirm all lists of a delivery that wait for it; the worker adds their people. Returns how many."""
    confirmed = operations.confirm_delivery(delivery=delivery, by=by, at=at)
    for record in confirmed:
        add_people.enqueue(str(record.pk))
    return len(confirmed)


@transaction.atomic
def map_and_look_again(
    *, record: Import, columns: Mapping[int, Field], phone_country: str, by: User, at: datetime
) -> int:
    """Say what the columns of a list mean, for all lists alike that wait; return how many others there were.

    Raises CannotImport.
    """
    operations.map_columns(
        record=record, columns=columns, phone_country=phone_country, by=by, at=at
    )
    record.refresh_from_db()
    others = operations.map_alike(record=record, by=by, at=at)
    for one in (record, *others):
        if one.rows_total <= AT_ONCE:
            operations.look_again(record=one)
        else:
            look_again.enqueue(str(one.pk))
    return len(others)
