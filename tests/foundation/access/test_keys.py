"""Keys: each value opens in its own place under its own key only, keys are replaced while one reads, and die."""

import base64
import os
import sys
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import SET_UP
from tests.records import everything

from sojourn.foundation.access import key_ring, key_stores, operations, sealing
from sojourn.foundation.access.key_stores import CannotUnwrap, CommandKeys, LocalKeys
from sojourn.foundation.access.models import DataKey, PersonKey
from sojourn.foundation.access.sealed_cells import sealed_columns
from sojourn.foundation.access.terms import DataClass
from sojourn.foundation.audit.models import AuditEvent


@pytest.fixture
def own_master(settings, tmp_path):
    """A master key file of this test's own."""
    settings.MASTER_KEY_FILE = tmp_path / "master.key"
    key_stores.forget_stores()
    yield settings.MASTER_KEY_FILE
    key_stores.forget_stores()


@pytest.fixture
def forget_held():
    """Nothing is held unwrapped from here on, as in another process."""

    def _forget():
        key_ring._Held.keys.clear()

    return _forget


def _cell(row, text="Asthma", key=None):
    return sealing.seal(text, table="t", column="c", row=row, key=key)


def _open(value, row, column="c"):
    return sealing.open_sealed(value, table="t", column=column, row=row)


@given(text=st.text(max_size=200))
def test_what_is_sealed_opens_in_its_place_and_in_no_other(text):
    row = uuid4()
    value = _cell(row, text)

    assert _open(value, row) == text
    for elsewhere in (uuid4(),):
        with pytest.raises(sealing.CannotOpen):
            _open(value, elsewhere)
    with pytest.raises(sealing.CannotOpen):
        _open(value, row, column="other")


@given(place=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_no_bit_can_be_changed(place, flip):
    row = uuid4()
    value = bytearray(_cell(row))
    value[place % len(value)] ^= flip

    with pytest.raises(sealing.CannotOpen):
        _open(bytes(value), row)


def test_values_of_the_first_releases_still_open(own_master):
    row, master = uuid4(), base64.b64decode(key_stores.lines_of(own_master)[0])
    cipher = AESGCM(key_stores.derived(master, "seal"))
    nonce = os.urandom(12)
    old = b"\x01" + nonce + cipher.encrypt(nonce, b"Asthma", f"t\x00c\x00{row}".encode())

    assert _open(old, row) == "Asthma"


def test_a_persons_key_opens_hers_and_dies_with_it(state, noon, forget_held):
    hers, his, row = uuid4(), uuid4(), uuid4()
    keys = key_ring.keys_of_people([hers, his], organisation=state, at=noon)
    value = _cell(row, key=keys[hers])
    moved = value[:1] + keys[his].id.bytes + value[17:]
    assert _open(value, row) == "Asthma"
    with pytest.raises(sealing.CannotOpen):
        _open(moved, row)

    assert operations.destroy_keys_of(person_id=hers, by=SET_UP, at=noon) == 1
    forget_held()

    with pytest.raises(sealing.CannotOpen, match="erased"):
        _open(value, row)
    assert _open(_cell(row, key=keys[his]), row) == "Asthma"
    assert AuditEvent.objects.filter(what="person_keys.destroyed", person_id=hers).exists()


def test_the_same_key_is_found_again_and_made_once(state, noon):
    person = uuid4()
    first = key_ring.key_of_person(person, organisation=state, at=noon)
    again = key_ring.key_of_person(person, organisation=state, at=noon)
    vault = key_ring.key_of_person(person, organisation=state, data_class=DataClass.VAULT, at=noon)

    assert first == again
    assert vault.material != first.material
    assert PersonKey.objects.filter(person_id=person).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_key_made_in_a_transaction_that_failed_seals_nothing(state, noon):
    person = uuid4()
    with transaction.atomic():
        lost = key_ring.key_of_person(person, organisation=state, at=noon)
        transaction.set_rollback(True)

    kept = key_ring.key_of_person(person, organisation=state, at=noon)

    assert kept.id != lost.id
    assert PersonKey.objects.get(person_id=person).pk == kept.id


def test_one_organisations_key_opens_nothing_of_anothers(state, other_state, noon):
    theirs = key_ring.key_of_organisation(state, DataClass.SENSITIVE, at=noon)
    others = key_ring.key_of_organisation(other_state, DataClass.SENSITIVE, at=noon)
    person = key_ring.key_of_person(uuid4(), organisation=state, at=noon)
    row = PersonKey.objects.get(pk=person.id)

    assert theirs.material != others.material
    with pytest.raises(CannotUnwrap):
        key_ring.unwrap_under(others.material, row.pk, bytes(row.wrapped))
    assert key_ring.unwrap_under(theirs.material, row.pk, bytes(row.wrapped)) == person.material


def test_an_organisations_key_is_replaced_and_everything_still_opens(state, noon, forget_held):
    row = uuid4()
    people = [uuid4() for _number in range(30)]
    keys = key_ring.keys_of_people(people, organisation=state, at=noon)
    values = {person: _cell(row, str(person), keys[person]) for person in people}

    done = operations.rotate_organisation(
        organisation=state, data_class=DataClass.SENSITIVE, by=SET_UP, at=noon
    )
    forget_held()

    assert done.keys == 30
    newest = DataKey.objects.order_by("-version").first()
    assert set(PersonKey.objects.values_list("under", flat=True)) == {newest.pk}
    assert all(_open(value, row) == str(person) for person, value in values.items())


def test_the_master_is_replaced_while_one_reads(request, db, own_master, noon, forget_held):
    everything(request)
    state = request.getfixturevalue("state")
    key = key_ring.key_of_organisation(state, DataClass.SENSITIVE, at=noon)
    index = sealing.blind_index("A123", name="document")
    opened = _opened()
    assert len(opened) > 5

    operations.replace_master(by=SET_UP, at=noon)
    forget_held()
    assert len(own_master.read_text().split()) == 2
    assert _opened() == opened
    assert operations.drop_old_masters(by=SET_UP, at=noon) == 1
    forget_held()

    assert _opened() == opened
    assert key_ring.key_of_organisation(state, DataClass.SENSITIVE, at=noon) == key
    assert sealing.blind_index("A123", name="document") == index
    assert own_master.stat().st_mode & 0o077 == 0


def _opened():
    """Every sealed cell there is, opened in the place that its table, column and row name."""
    return {
        (column.table, column.column, row): sealing.open_sealed(
            value, table=column.table, column=column.column, row=row
        )
        for column in sealed_columns()
        for rows in column.rows(batch=50)
        for _pk, row, value in rows
    }


def test_an_old_master_is_not_dropped_while_something_is_under_it(state, own_master, noon):
    key_ring.key_of_organisation(state, DataClass.SENSITIVE, at=noon)
    lines = key_stores.lines_of(own_master)
    fresh = base64.b64encode(os.urandom(32)).decode()
    key_stores.put_aside(own_master, [fresh, *lines])
    key_stores.forget_stores()

    with pytest.raises(operations.CannotRotate, match="1 keys"):
        operations.drop_old_masters(by=SET_UP, at=noon)


def test_a_lost_master_opens_nothing():
    wrapped = LocalKeys([b"a" * 32]).wrap(b"k" * 32, context=b"here")

    with pytest.raises(CannotUnwrap):
        LocalKeys([b"b" * 32]).unwrap(wrapped, context=b"here")
    with pytest.raises(CannotUnwrap):
        LocalKeys([b"a" * 32]).unwrap(wrapped, context=b"there")
    assert LocalKeys([b"b" * 32, b"a" * 32]).unwrap(wrapped, context=b"here") == b"k" * 32
    with pytest.raises(ValueError, match="32 bytes"):
        LocalKeys([b"short"])


SERVICE = """
import base64, json, sys
asked = json.load(sys.stdin)
key = base64.b64decode(asked["key"])
if asked["do"] == "refuse": sys.exit(1)
turned = bytes(byte ^ 90 for byte in key)
print(json.dumps({"key": base64.b64encode(turned).decode()}))
"""


def test_an_outside_service_keeps_the_master(tmp_path):
    program = tmp_path / "service.py"
    program.write_text(SERVICE)
    keeper = CommandKeys(f"{sys.executable} {program}")

    wrapped = keeper.wrap(b"k" * 32, context=b"here")

    assert wrapped != b"k" * 32
    assert keeper.unwrap(wrapped, context=b"here") == b"k" * 32
    with pytest.raises(CannotUnwrap):
        CommandKeys("false").unwrap(wrapped, context=b"here")
    with pytest.raises(CannotUnwrap):
        CommandKeys(f"{sys.executable} -c print(7)").unwrap(wrapped, context=b"here")


def test_the_command_says_what_it_did(state, own_master, noon, capsys):
    key_ring.key_of_person(uuid4(), organisation=state, at=noon)
    call_command("keys", "status")
    assert "1 keys of people" in capsys.readouterr().out

    call_command("keys", "master")
    assert "1 keys wrapped" in capsys.readouterr().out
    call_command("keys", "drop-old")
    call_command("keys", "rotate", str(state.pk))
    assert "1 keys wrapped" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no organisation"):
        call_command("keys", "rotate", str(uuid4()))
