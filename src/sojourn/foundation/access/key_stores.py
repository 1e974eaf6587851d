"""Where the master key is: a file, the environment, or an outside program that asks a key service.

A store wraps and unwraps 32-byte keys. It may hold several masters: the first wraps, all unwrap, so that a
new one can take over while the site runs. What a store wraps begins with four bytes that say under which.
"""

import base64
import json
import os
import shlex
import subprocess
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES: Final = 32
NAME_BYTES: Final = 4
NONCE_BYTES: Final = 12
ANSWER_WITHIN_S: Final = 10


class CannotUnwrap(Exception):
    """The master key that wrapped this is not here, or what was wrapped was changed."""


class KeyStore(Protocol):
    """Wraps keys under a master that never enters the database."""

    def wrap(self, key: bytes, *, context: bytes) -> bytes:
        """Return 32 bytes wrapped for one place; `context` binds them to it."""
        ...

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """Return the key. Raises CannotUnwrap."""
        ...

    def is_current(self, wrapped: bytes) -> bool:
        """Return whether something is wrapped under the master that wraps now."""
        ...


class LocalKeys:
    """Masters that this process holds itself, the current one first."""

    def __init__(self, masters: Sequence[bytes]) -> None:
        if not masters or any(len(master) != KEY_BYTES for master in masters):
            raise ValueError("The master key must be 32 bytes, written in base64.")
        self.masters = {sha256(master).digest()[:NAME_BYTES]: master for master in masters}
        self.current = sha256(masters[0]).digest()[:NAME_BYTES]

    def wrap(self, key: bytes, *, context: bytes) -> bytes:
        """Wrap under the current master by AES-256-GCM."""
        nonce = os.urandom(NONCE_BYTES)
        return self.current + nonce + self._cipher(self.current).encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """Unwrap under whichever master did it."""
        name, rest = wrapped[:NAME_BYTES], wrapped[NAME_BYTES:]
        try:
            return self._cipher(name).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context)
        except InvalidTag as error:
            raise CannotUnwrap("A wrapped key was changed or moved.") from error

    def is_current(self, wrapped: bytes) -> bool:
        """Return whether something is wrapped under the master that wraps now."""
        return wrapped[:NAME_BYTES] == self.current

    def _cipher(self, name: bytes) -> AESGCM:
        master = self.masters.get(name)
        if master is None:
            raise CannotUnwrap(f"The master key {name.hex()} is not among those given.")
        return AESGCM(derived(master, "wrap"))


class CommandKeys:
    """An outside program that asks a key service (KMS, Vault, HSM): `SOJOURN_KEY_COMMAND`.

    One call a key: it reads one JSON object, `{"do": "wrap" or "unwrap", "key": base64, "context": base64}`,
    and prints `{"key": base64}`; anything else, or a status that is not 0, is a refusal.
    """

    def __init__(self, command: str) -> None:
        self.words = shlex.split(command)

    def wrap(self, key: bytes, *, context: bytes) -> bytes:
        """Have the service wrap a key."""
        return self._ask("wrap", key, context)

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """Have the service unwrap a key."""
        return self._ask("unwrap", wrapped, context)

    def is_current(self, wrapped: bytes) -> bool:
        """Return True: the service keeps its own versions."""
        return bool(wrapped)

    def _ask(self, do: str, key: bytes, context: bytes) -> bytes:
        question = {
            "do": do,
            "key": base64.b64encode(key).decode(),
            "context": base64.b64encode(context).decode(),
        }
        try:
            answer = subprocess.run(  # the operator's own command, without a shell
                self.words,
                input=json.dumps(question),
                capture_output=True,
                text=True,
                timeout=ANSWER_WITHIN_S,
                check=True,
            )
            return base64.b64decode(json.loads(answer.stdout)["key"], validate=True)
        except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
            raise CannotUnwrap("The key service did not answer, or refused.") from error


def derived(master: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one purpose, from which neither the master nor another purpose follows."""
    info = f"sojourn:{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)


def store() -> KeyStore:
    """Return the store that the operator set up: a command, the environment, or the file."""
    command = os.environ.get("SOJOURN_KEY_COMMAND", "")
    return _command_store(command) if command else local_store()


def local_store() -> LocalKeys:
    """Return the masters that this process holds: `SOJOURN_MASTER_KEY` (comma separated) or the file's lines."""
    return _local_store(os.environ.get("SOJOURN_MASTER_KEY", ""), str(settings.MASTER_KEY_FILE))


@cache
def _command_store(command: str) -> CommandKeys:
    return CommandKeys(command)


@cache
def _local_store(given: str, file: str) -> LocalKeys:
    words = given.split(",") if given else lines_of(Path(file))
    return LocalKeys([base64.b64decode(word) for word in words])


def forget_stores() -> None:
    """Read the masters anew at the next use: the file has changed."""
    _local_store.cache_clear()


def lines_of(file: Path) -> list[str]:
    """Return the keys in a file, the newest first; make one, for its owner only, when there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        put_aside(file, [base64.b64encode(os.urandom(KEY_BYTES)).decode()], is_new=True)
    return file.read_text().split()


def put_aside(file: Path, lines: Sequence[str], *, is_new: bool = False) -> None:
    """Write keys into a file at once and durably. `is_new`: another process's file is left as it is."""
    staged = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write("\n".join(lines) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        if is_new:
            os.link(staged, file)
        else:
            staged.replace(file)
    except FileExistsError:
        pass  # another process made it first; its key is the one
    finally:
        staged.unlink(missing_ok=True)
