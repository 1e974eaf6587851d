"""Sealing: AES-256-GCM bound to table, column and row, and blind indexes for exact search.

The master key stays outside the database: `SOJOURN_MASTER_KEY` (base64, 32 bytes) or the file that the
settings name. Keys for sealing and for each index are derived from it by HKDF-SHA256 and never equal.
"""

import base64
import hmac
import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
INDEX_BYTES: Final = 16


class CannotOpen(Exception):
    """The sealed value was changed, moved from another row, or sealed under another key."""


def seal(text: str, *, table: str, column: str, row: UUID) -> bytes:
    """Return `text` sealed for one cell: version byte, nonce, ciphertext with its tag."""
    nonce = os.urandom(NONCE_BYTES)
    place = _place(table, column, row)
    return VERSION + nonce + _cipher().encrypt(nonce, text.encode(), place)


def open_sealed(sealed: bytes | memoryview, *, table: str, column: str, row: UUID) -> str:
    """Return the text of a sealed cell. Raises CannotOpen when it does not belong there."""
    sealed = bytes(sealed)
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if sealed[:1] != VERSION:
        raise CannotOpen("This value was sealed in a form that is not known here.")
    try:
        return _cipher().decrypt(nonce, body, _place(table, column, row)).decode()
    except InvalidTag as error:
        raise CannotOpen("This value does not belong to this record, or was changed.") from error


def blind_index(value: str, *, name: str) -> bytes:
    """Return 16 bytes that are equal for equal values and tell nothing else without the key."""
    return hmac.new(_derived(f"index:{name}"), value.encode(), sha256).digest()[:INDEX_BYTES]


def _place(table: str, column: str, row: UUID) -> bytes:
    return f"{table}\x00{column}\x00{row}".encode()


@cache
def _cipher() -> AESGCM:
    return AESGCM(_derived("seal"))


@cache
def _derived(purpose: str) -> bytes:
    return HKDF(
        algorithm=SHA256(), length=32, salt=None, info=f"sojourn:{purpose}".encode()
    ).derive(_master_key())


def _master_key() -> bytes:
    given = os.environ.get("SOJOURN_MASTER_KEY", "")
    key = base64.b64decode(given) if given else _key_in(Path(settings.MASTER_KEY_FILE))
    if len(key) != 32:
        raise ValueError("The master key must be 32 bytes, written in base64.")
    return key


def _key_in(file: Path) -> bytes:
    """Return the key in a file; make one, readable by its owner only, when there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = base64.b64encode(os.urandom(32))
    staged = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        if not file.exists():
            descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(fresh)
                stream.flush()
                os.fsync(stream.fileno())
            os.link(staged, file)
    except FileExistsError:
        pass  # another process made it first; its key is the one
    finally:
        staged.unlink(missing_ok=True)
    return base64.b64decode(file.read_bytes())
