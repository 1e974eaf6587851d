"""Deeds on keys: replace the master or an organisation's key while the site runs, destroy a person's key."""

import base64
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from sojourn.foundation.access import key_ring, key_stores, sealing
from sojourn.foundation.access.key_stores import KEY_BYTES, LocalKeys, store
from sojourn.foundation.access.models import DataKey, PersonKey
from sojourn.foundation.access.sealed_cells import SealedColumn, sealed_columns
from sojourn.foundation.access.terms import DataClass
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _

BATCH: Final = 1_000


class CannotRotate(Refusal):
    """The key is not replaced or dropped; the message says why."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: keys wrapped anew, and cells sealed anew."""

    keys: int
    cells: int


def replace_master(*, by: Actor, at: datetime) -> Rotated:
    """Make a new master, wrap every data key under it and seal the site's cells anew.

    May be killed and started again with `wrap_anew`. The old master stays in the file until `drop_old_masters`.
    Raises CannotRotate where the master is not in a file here: its keeper replaces it, then `wrap_anew`.
    """
    if os.environ.get("SOJOURN_MASTER_KEY") or os.environ.get("SOJOURN_KEY_COMMAND"):
        raise CannotRotate(
            _(
                "The master key is given from outside: put the new one first there, then run it with --again."
            )
        )
    file = Path(settings.MASTER_KEY_FILE)
    lines = key_stores.lines_of(file)
    index_file = file.with_name("index.key")
    if not index_file.exists():
        key_stores.put_aside(index_file, [lines[-1]], is_new=True)
    fresh = base64.b64encode(os.urandom(KEY_BYTES)).decode()
    key_stores.put_aside(file, [fresh, *lines])
    key_stores.forget_stores()
    audit.record(what="master_key.replaced", about=None, by=by, at=at)
    return wrap_anew(by=by, at=at)


def wrap_anew(*, by: Actor, at: datetime) -> Rotated:
    """Bring every data key and every cell of the site under the current master. Safe to repeat."""
    keys = 0
    for row in DataKey.objects.order_by("pk").iterator():
        keeper = store()
        if keeper.is_current(bytes(row.wrapped)):
            continue
        context = key_ring.context_of(row.pk)
        material = keeper.unwrap(bytes(row.wrapped), context=context)
        fresh = keeper.wrap(material, context=context)
        keys += DataKey.objects.filter(pk=row.pk).update(wrapped=fresh)
    cells = sum(_seal_site_anew(column) for column in sealed_columns())
    audit.record(what="keys.wrapped_anew", about=None, by=by, at=at, keys=keys, cells=cells)
    return Rotated(keys, cells)


def _seal_site_anew(column: SealedColumn) -> int:
    count = 0
    for rows in column.rows(batch=BATCH):
        for pk, row, value in rows:
            if sealing.key_id_of(value) is not None or sealing.is_current(value):
                continue
            text = sealing.open_sealed(value, table=column.table, column=column.column, row=row)
            fresh = sealing.seal(text, table=column.table, column=column.column, row=row)
            count += column.model._default_manager.filter(pk=pk, **{column.field: value}).update(
                **{column.field: fresh}
            )
    return count


def drop_old_masters(*, by: Actor, at: datetime) -> int:
    """Take the old masters out of the file once nothing is under them; returns how many. Safe to repeat.

    Raises CannotRotate while something still is.
    """
    keeper = store()
    if not isinstance(keeper, LocalKeys) or os.environ.get("SOJOURN_MASTER_KEY"):
        raise CannotRotate(_("The master key is given from outside: take the old one out there."))
    left = sum(not keeper.is_current(bytes(row.wrapped)) for row in DataKey.objects.iterator())
    left += sum(
        sealing.key_id_of(value) is None and not sealing.is_current(value)
        for column in sealed_columns()
        for rows in column.rows(batch=BATCH)
        for _pk, _row, value in rows
    )
    if left:
        raise CannotRotate(
            _("%(left)s keys or values are still under an old master. Run it with --again first."),
            left=left,
        )
    file = Path(settings.MASTER_KEY_FILE)
    lines = key_stores.lines_of(file)
    key_stores.put_aside(file, lines[:1])
    key_stores.forget_stores()
    audit.record(what="master_key.old_dropped", about=None, by=by, at=at, keys=len(lines) - 1)
    return len(lines) - 1


def rotate_organisation(
    *, organisation: Organisation, data_class: DataClass, by: Actor, at: datetime
) -> Rotated:
    """Give an organisation a new key for a class; people's keys come under it, its own cells are sealed anew.

    People's cells need no new seal. May be killed and run again; reading goes on meanwhile.
    """
    fresh = key_ring.new_version(organisation, data_class, at=at)
    current = key_ring.key_of_organisation(organisation, data_class, at=at)
    old = DataKey.objects.filter(organisation=organisation, data_class=data_class).exclude(
        pk=fresh.pk
    )
    keys = bring_under(current, from_keys=list(old.values_list("pk", flat=True)))
    stale = set(old.values_list("pk", flat=True))
    cells = sum(_seal_anew(column, stale, current) for column in sealed_columns())
    audit.record(what="organisation_key.rotated", about=fresh, by=by, at=at, keys=keys, cells=cells)
    return Rotated(keys, cells)


def bring_under(current: key_ring.Key, *, from_keys: Collection[UUID]) -> int:
    """Wrap the keys of people that are under older keys under the current one; returns how many."""
    count = 0
    while True:
        rows = list(PersonKey.objects.filter(under__in=from_keys).select_related("under")[:BATCH])
        if not rows:
            return count
        for row in rows:
            under = key_ring.material_of(row.under_id, is_of_person=False)
            material = key_ring.unwrap_under(under, row.pk, bytes(row.wrapped))
            row.wrapped = key_ring.wrap_under(current.material, row.pk, material)
            row.under_id = current.id
        with transaction.atomic():
            PersonKey.objects.bulk_update(rows, ["wrapped", "under"])
        count += len(rows)


def _seal_anew(column: SealedColumn, stale: Collection[UUID], current: key_ring.Key) -> int:
    count = 0
    for rows in column.rows(batch=BATCH):
        for pk, row, value in rows:
            if sealing.key_id_of(value) not in stale:
                continue
            text = sealing.open_sealed(value, table=column.table, column=column.column, row=row)
            fresh = sealing.seal(
                text, table=column.table, column=column.column, row=row, key=current
            )
            count += column.model._default_manager.filter(pk=pk, **{column.field: value}).update(
                **{column.field: fresh}
            )
    return count


@transaction.atomic
def destroy_keys_of(*, person_id: UUID, by: Actor, at: datetime) -> int:
    """Destroy the keys of a person: whatever was sealed under them is erased, in backups of the data as well.

    Safe to repeat; returns how many keys there were.
    """
    keys = list(PersonKey.objects.filter(person_id=person_id).values_list("pk", flat=True))
    PersonKey.objects.filter(pk__in=keys).delete()
    if keys:
        audit.record(
            what="person_keys.destroyed",
            about=None,
            by=by,
            at=at,
            person_id=person_id,
            keys_destroyed=len(keys),
        )
    transaction.on_commit(lambda: key_ring.forget(keys))
    return len(keys)
