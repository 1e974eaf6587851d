"""Erasure: after it nothing in the database says who she was, in the clear or under any key that is left."""

import re
from datetime import timedelta

from django.apps import apps
from django.db import models
from django.utils.timezone import now
from tests.security.test_firewall import CANARIES, _with_canaries

from sojourn.foundation.access import key_ring, sealing
from sojourn.foundation.access.models import PersonKey
from sojourn.foundation.access.sealed_cells import sealed_columns
from sojourn.foundation.audit.terms import System
from sojourn.foundation.people.models import Person
from sojourn.procedures.self_service import operations

WORKER = System("tests")


def _bare():
    """Every value of every column of every table, as text."""
    for model in apps.get_models():
        for row in model._default_manager.all().values():
            for name, value in row.items():
                yield f"{model._meta.label}.{name}", str(value)


def _opened():
    """Every sealed value that any key which is left still opens."""
    for column in sealed_columns():
        for rows in column.rows(batch=500):
            for _pk, row, value in rows:
                try:
                    text = sealing.open_sealed(
                        value, table=column.table, column=column.column, row=row
                    )
                except sealing.CannotOpen:
                    continue
                yield f"{column.table}.{column.column}", text


def _found(words):
    return {
        (where, what)
        for where, text in words
        for what, canary in CANARIES.items()
        if canary in text
    }


def test_nothing_that_says_who_she_was_is_left_anywhere(request, db):
    known = _with_canaries(request)
    person = Person.objects.get(pk=known["person_id"])
    assert {what for _where, what in _found(_bare()) | _found(_opened())} >= {
        "name",
        "telephone",
        "document",
        "note",
        "description",
    }
    at = now()
    wish = operations.ask_for_erasure(person=person, at=at)

    operations.erase_due(keys=[wish.pk], by=WORKER, at=at + timedelta(days=4))
    key_ring._Held.keys.clear()

    assert not _found(_bare())
    assert not _found(_opened())
    assert not PersonKey.objects.filter(person_id=person.pk).exists()


def test_a_backup_of_the_data_does_not_open_without_her_key(register, officer, noon):
    person = register()
    key = key_ring.key_of_person(person.pk, organisation=person.responsible, at=noon)
    backup = sealing.seal("Asthma", table="t", column="c", row=person.pk, key=key)
    wish = operations.ask_for_erasure(person=person, at=noon)
    operations.erase_due(keys=[wish.pk], by=WORKER, at=noon + timedelta(days=4))
    key_ring._Held.keys.clear()

    try:
        sealing.open_sealed(backup, table="t", column="c", row=person.pk)
    except sealing.CannotOpen:
        return
    raise AssertionError("a value sealed before the erasure still opens")


NOT_SEALED = re.compile(r"hash|digest|index|wrapped|packed|grid|peaks|signature|^key$|^data$")


def test_a_binary_column_is_sealed_or_named_for_what_it_is():
    """One that is not found as sealed would never be sealed anew."""
    found = {(column.model._meta.label_lower, column.field) for column in sealed_columns()}
    binary = {
        (model._meta.label_lower, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.BinaryField)
    }

    assert len(found) > 12
    assert not {one for one in binary - found if not NOT_SEALED.search(one[1])}
