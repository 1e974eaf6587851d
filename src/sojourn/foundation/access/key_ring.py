"""The keys in the database, unwrapped: organisations' by class, and people's. Held for a short time only.

A key is found by its own identifier, never by "the newest that I remember", so that a key that was made in a
transaction that did not last can seal nothing.
"""

import os
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from sojourn.foundation.access.key_stores import (
    KEY_BYTES,
    NONCE_BYTES,
    CannotUnwrap,
    store,
)
from sojourn.foundation.access.models import DataKey, PersonKey
from sojourn.foundation.access.terms import DataClass
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation

HELD_S: Final = 30.0  # a destroyed key opens nothing in any process after this
MOST_HELD: Final = 50_000
AT_ONCE: Final = 500


class CannotOpen(Exception):
    """The sealed value was changed, moved from another row, or its key is gone."""


@dataclass(frozen=True, slots=True)
class Key:
    """An unwrapped key, by its identifier in the database."""

    id: UUID
    material: bytes
    is_of_person: bool


class _Held:
    """Unwrapped keys by identifier, with the moment after which they are read anew."""

    lock = threading.Lock()
    keys: dict[UUID, tuple[float, bytes]] = {}  # one for the process, under its lock

    @classmethod
    def get(cls, key: UUID) -> bytes | None:
        with cls.lock:
            until, material = cls.keys.get(key, (0.0, b""))
            return material if until > time.monotonic() else None

    @classmethod
    def put(cls, found: Mapping[UUID, bytes]) -> None:
        until = time.monotonic() + HELD_S
        with cls.lock:
            if len(cls.keys) + len(found) > MOST_HELD:
                cls.keys.clear()
            cls.keys.update({key: (until, material) for key, material in found.items()})

    @classmethod
    def drop(cls, keys: Iterable[UUID]) -> None:
        with cls.lock:
            for key in keys:
                cls.keys.pop(key, None)


def key_of_organisation(organisation: Organisation, data_class: DataClass, *, at: datetime) -> Key:
    """Return the newest key of an organisation for a class of data, made now when there is none."""
    row = _newest(organisation, data_class)
    if row is None:
        row = new_version(organisation, data_class, at=at)
    return Key(row.pk, _unwrapped(row), is_of_person=False)


def keys_of_people(
    people: Collection[UUID],
    *,
    organisation: Organisation,
    data_class: DataClass = DataClass.SENSITIVE,
    at: datetime,
) -> Mapping[UUID, Key]:
    """Return the key of each of some people by their own key, made now where there is none."""
    wanted = list(dict.fromkeys(people))
    rows = {row.person_id: row for row in _rows_of(wanted, data_class)}
    lacking = [person for person in wanted if person not in rows]
    if lacking:
        _make(lacking, organisation, data_class, at=at)
        rows |= {row.person_id: row for row in _rows_of(lacking, data_class)}
    materials = {row.pk: held for row in rows.values() if (held := _Held.get(row.pk))}
    fresh = _unwrap_people([row for row in rows.values() if row.pk not in materials])
    _Held.put(fresh)
    materials.update(fresh)
    return {
        person: Key(row.pk, materials[row.pk], is_of_person=True) for person, row in rows.items()
    }


def key_of_person(
    person: UUID,
    *,
    organisation: Organisation,
    data_class: DataClass = DataClass.SENSITIVE,
    at: datetime,
) -> Key:
    """Return the key of one person for a class of data, made now when there is none."""
    found = keys_of_people([person], organisation=organisation, data_class=data_class, at=at)
    return found[person]


def material_of(key: UUID, *, is_of_person: bool) -> bytes:
    """Return an unwrapped key. Raises CannotOpen when it was destroyed or cannot be unwrapped."""
    material = _Held.get(key)
    if material is None:
        if is_of_person:
            fetch([key])
        else:
            row = DataKey.objects.filter(pk=key).first()
            if row is not None:
                _unwrapped(row)
        material = _Held.get(key)
    if material is None:
        raise CannotOpen("The key of this value was destroyed: what it says is erased.")
    return material


def fetch(keys: Iterable[UUID]) -> None:
    """Bring and unwrap the keys of people, many at once. Those that are gone stay away."""
    wanted = [key for key in dict.fromkeys(keys) if _Held.get(key) is None]
    for start in range(0, len(wanted), AT_ONCE):
        rows = PersonKey.objects.filter(pk__in=wanted[start : start + AT_ONCE])
        _Held.put(_unwrap_people(list(rows.select_related("under"))))


@transaction.atomic
def new_version(organisation: Organisation, data_class: DataClass, *, at: datetime) -> DataKey:
    """Make the next key of an organisation for a class; it seals from now on. Two at once make one."""
    newest = _newest(organisation, data_class)
    version = newest.version + 1 if newest else 1
    key = uuid7()
    material = os.urandom(KEY_BYTES)
    DataKey.objects.bulk_create(
        [
            DataKey(
                id=key,
                organisation=organisation,
                data_class=data_class,
                version=version,
                wrapped=store().wrap(material, context=context_of(key)),
                made_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    return DataKey.objects.get(organisation=organisation, data_class=data_class, version=version)


def context_of(key: UUID) -> bytes:
    """Return what a wrapped key is bound to: its own identifier."""
    return b"sojourn-key:" + key.bytes


def wrap_under(under: bytes, key: UUID, material: bytes) -> bytes:
    """Return a person's key wrapped under her organisation's."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(under).encrypt(nonce, material, context_of(key))


def unwrap_under(under: bytes, key: UUID, wrapped: bytes) -> bytes:
    """Return a person's key. Raises CannotUnwrap when it was changed or moved."""
    try:
        return AESGCM(under).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context_of(key))
    except InvalidTag as error:
        raise CannotUnwrap("A wrapped key was changed or moved.") from error


def forget(keys: Iterable[UUID]) -> None:
    """Let go of unwrapped keys that were destroyed."""
    _Held.drop(keys)


def _newest(organisation: Organisation, data_class: DataClass) -> DataKey | None:
    return (
        DataKey.objects.filter(organisation=organisation, data_class=data_class)
        .order_by("-version")
        .first()
    )


def _rows_of(people: Collection[UUID], data_class: DataClass) -> Iterable[PersonKey]:
    wanted = list(people)
    for start in range(0, len(wanted), AT_ONCE):
        yield from PersonKey.objects.filter(
            person_id__in=wanted[start : start + AT_ONCE], data_class=data_class
        ).select_related("under")


def _make(
    people: Collection[UUID], organisation: Organisation, data_class: DataClass, *, at: datetime
) -> None:
    under = key_of_organisation(organisation, data_class, at=at)
    rows = []
    for person in people:
        key = uuid7()
        wrapped = wrap_under(under.material, key, os.urandom(KEY_BYTES))
        rows.append(
            PersonKey(
                id=key,
                person_id=person,
                data_class=data_class,
                under_id=under.id,
                wrapped=wrapped,
            )
        )
    PersonKey.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _unwrapped(row: DataKey) -> bytes:
    material = _Held.get(row.pk)
    if material is None:
        try:
            material = store().unwrap(bytes(row.wrapped), context=context_of(row.pk))
        except CannotUnwrap as error:
            raise CannotOpen(str(error)) from error
        _Held.put({row.pk: material})
    return material


def _unwrap_people(rows: Collection[PersonKey]) -> Mapping[UUID, bytes]:
    opened = {}
    for row in rows:
        try:
            opened[row.pk] = unwrap_under(_unwrapped(row.under), row.pk, bytes(row.wrapped))
        except CannotUnwrap as error:
            raise CannotOpen(str(error)) from error
    return opened


class NewKeys:
    """Keys for many people of one organisation, made in memory and written with the rows that they seal."""

    def __init__(self, organisation: Organisation, *, at: datetime) -> None:
        self.organisation = organisation
        self.at = at
        self.rows: list[PersonKey] = []
        self._under: Key | None = None
        self._made: dict[UUID, Key] = {}

    def key_of(self, person: UUID, *, is_new: bool = True) -> Key:
        """Return the key of a person; for one who is not new, the one she may have."""
        made = self._made.get(person)
        if made is not None:
            return made
        if not is_new:
            return key_of_person(person, organisation=self.organisation, at=self.at)
        self._made[person] = self._make(person)
        return self._made[person]

    def _make(self, person: UUID) -> Key:
        if self._under is None:
            self._under = key_of_organisation(self.organisation, DataClass.SENSITIVE, at=self.at)
        key, material = uuid7(), os.urandom(KEY_BYTES)
        self.rows.append(
            PersonKey(
                id=key,
                person_id=person,
                data_class=DataClass.SENSITIVE,
                under_id=self._under.id,
                wrapped=wrap_under(self._under.material, key, material),
            )
        )
        return Key(key, material, is_of_person=True)
