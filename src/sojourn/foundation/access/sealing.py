"""Sealing: AES-256-GCM bound to table, column and row, and blind indexes for exact search.

What is about one person is sealed under her own key, which her organisation's key wraps, which the master
key wraps, which is not in the database (see `key_stores`). What is no person's is sealed under the site's
key. A sealed value says itself under which key it is:

    01 nonce ciphertext                    the site's key, derived from the first master (first releases)
    04 master(4) nonce ciphertext          the site's key, derived from the master named
    02 data key(16) nonce ciphertext       an organisation's key for one class
    03 person key(16) nonce ciphertext     a person's key for one class

Index keys are derived from a key of their own, which stays when the master is replaced.
"""

import base64
import hmac
import os
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from sojourn.foundation.access import key_ring
from sojourn.foundation.access.key_ring import CannotOpen
from sojourn.foundation.access.key_stores import (
    NAME_BYTES,
    NONCE_BYTES,
    derived,
    lines_of,
    local_store,
)

__all__ = ["CannotOpen"]

FIRST: Final = b"\x01"
OF_ORGANISATION: Final = b"\x02"
OF_PERSON: Final = b"\x03"
OF_SITE: Final = b"\x04"
KEY_ID_BYTES: Final = 16
INDEX_BYTES: Final = 16


def seal(
    text: str, *, table: str, column: str, row: UUID, key: key_ring.Key | None = None
) -> bytes:
    """Return `text` sealed for one cell, under a key of `key_ring`, or the site's when none is given."""
    nonce = os.urandom(NONCE_BYTES)
    place = _place(table, column, row)
    if key is None:
        masters = local_store()
        head, cipher = OF_SITE + masters.current, _site_cipher(masters.masters[masters.current])
    else:
        head = (OF_PERSON if key.is_of_person else OF_ORGANISATION) + key.id.bytes
        cipher = AESGCM(key.material)
        place = key.id.bytes + place
    return head + nonce + cipher.encrypt(nonce, text.encode(), place)


def open_sealed(sealed: bytes | memoryview, *, table: str, column: str, row: UUID) -> str:
    """Return the text of a sealed cell. Raises CannotOpen when it does not belong there, or its key is gone."""
    sealed = bytes(sealed)
    place = _place(table, column, row)
    cipher, body, bound = _opener(sealed)
    try:
        return cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], bound + place).decode()
    except InvalidTag as error:
        raise CannotOpen("This value does not belong to this record, or was changed.") from error


def _opener(sealed: bytes) -> tuple[AESGCM, bytes, bytes]:
    """The cipher that opens a value, what follows its head, and what else the value is bound to."""
    form = sealed[:1]
    if form in {OF_ORGANISATION, OF_PERSON}:
        name = sealed[1 : 1 + KEY_ID_BYTES]
        if len(name) != KEY_ID_BYTES:
            raise CannotOpen("This value is cut short.")
        material = key_ring.material_of(UUID(bytes=name), is_of_person=form == OF_PERSON)
        return AESGCM(material), sealed[1 + KEY_ID_BYTES :], name
    masters = local_store()
    if form == OF_SITE:
        master = masters.masters.get(sealed[1 : 1 + NAME_BYTES])
        if master is None:
            raise CannotOpen("The master key of this value is not among those given.")
        return _site_cipher(master), sealed[1 + NAME_BYTES :], b""
    if form == FIRST:
        return _site_cipher(list(masters.masters.values())[-1]), sealed[1:], b""
    raise CannotOpen("This value was sealed in a form that is not known here.")


def key_id_of(sealed: bytes | memoryview) -> UUID | None:
    """Return the person's or organisation's key that sealed a value; None for the site's."""
    head = bytes(sealed[: 1 + KEY_ID_BYTES])
    if head[:1] in {OF_ORGANISATION, OF_PERSON} and len(head) == 1 + KEY_ID_BYTES:
        return UUID(bytes=head[1:])
    return None


def fetch_keys(values: Iterable[bytes | memoryview]) -> None:
    """Bring the keys of many sealed values at once, before they are opened one by one."""
    key_ring.fetch(key for value in values if (key := key_id_of(value)) is not None)


def is_current(sealed: bytes | memoryview) -> bool:
    """Return whether a value of the site is sealed under the master that seals now."""
    head = bytes(sealed[: 1 + NAME_BYTES])
    return head == OF_SITE + local_store().current


def blind_index(value: str, *, name: str) -> bytes:
    """Return 16 bytes that are equal for equal values and tell nothing else without the key."""
    return hmac.new(_index_key(name), value.encode(), sha256).digest()[:INDEX_BYTES]


def _place(table: str, column: str, row: UUID) -> bytes:
    return f"{table}\x00{column}\x00{row}".encode()


@cache
def _site_cipher(master: bytes) -> AESGCM:
    return AESGCM(derived(master, "seal"))


def _index_key(name: str) -> bytes:
    return _index_key_of(name, _index_root())


@cache
def _index_key_of(name: str, root: bytes) -> bytes:
    return derived(root, f"index:{name}")


def _index_root() -> bytes:
    """The key of all indexes: given, or kept beside the master; at first it is the master itself."""
    given = os.environ.get("SOJOURN_INDEX_KEY", "")
    return base64.b64decode(given) if given else _index_file(str(settings.MASTER_KEY_FILE))


@cache
def _index_file(master_file: str) -> bytes:
    file = Path(master_file).with_name("index.key")
    if file.exists():
        return base64.b64decode(lines_of(file)[0])
    return list(local_store().masters.values())[-1]
