"""The key that signs checkpoints: beside the master key, never in the database.

`SOJOURN_SIGNING_KEY` (base64, 32 bytes) or the file `signing.key`, made on first use. `signing.pub` beside it keeps
the public half of every key that was ever used here, one a line: put a new key in the place of the old one and the
checkpoints of the old one still count. Ed25519 (RFC 8032).
"""

import base64
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from sojourn.exchange.signed_note import Key, key_of, read_key
from sojourn.foundation import durable_files

SEED_BYTES: Final = 32
NAME_BYTES: Final = 6


def private_key() -> Ed25519PrivateKey:
    """Return the key that signs here; make one, and keep its public half, when there is none."""
    given = os.environ.get("SOJOURN_SIGNING_KEY", "")
    if not given:
        fresh = base64.b64encode(os.urandom(SEED_BYTES)).decode()
        durable_files.write_once(_file(), f"{fresh}\n")
        given = _file().read_text()
    seed = base64.b64decode(given)
    if len(seed) != SEED_BYTES:
        raise ValueError("The signing key must be 32 bytes, written in base64.")
    return Ed25519PrivateKey.from_private_bytes(seed)


def origin_of(private: Ed25519PrivateKey) -> str:
    """Return the name under which a key signs: it names the audit trail that it signs for."""
    public = private.public_key().public_bytes_raw()
    return f"sojourn.audit/{sha256(public).digest()[:NAME_BYTES].hex()}"


def own_key() -> Key:
    """Return the public half of the key that signs here, and remember it beside the others."""
    private = private_key()
    key = key_of(private, origin_of(private))
    if key not in known_keys():
        durable_files.write(_public(), "".join(f"{one}\n" for one in (*known_keys(), key)))
    return key


def known_keys() -> tuple[Key, ...]:
    """Return the public keys whose checkpoints count here, the oldest first. Makes nothing."""
    if not _public().exists():
        return ()
    lines = _public().read_text(encoding="utf-8").splitlines()
    return tuple(read_key(line) for line in lines if line.strip())


def kept_folder() -> Path:
    """Return where this machine keeps the last checkpoint of each day, outside the database it is about."""
    given = connection.settings_dict
    place = "-".join(str(given.get(part) or "") for part in ("HOST", "PORT")).strip("-")
    name = Path(str(given["NAME"])).stem
    words = re.sub(r"[^\w.-]+", "_", f"{connection.vendor}-{place}-{name}".replace("--", "-"))
    return Path(settings.CHECKPOINTS) / words


def _file() -> Path:
    return Path(settings.SIGNING_KEY_FILE)


def _public() -> Path:
    return _file().with_suffix(".pub")
