"""Signed notes: a text with the signatures of those who stand by it, one a line, fit for e-mail, paper or a QR code.

The format of transparency logs and of their witnesses, so that tools of others read ours: C2SP signed-note (text, empty
line, `— <name> <base64>` lines), with plain Ed25519 signatures (RFC 8032) by whoever wrote the note and timed ones
(C2SP tlog-cosignature, "cosignature/v1") by whoever saw it. A key is passed on as `<name>+<key id>+<base64>`.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
TIME_BYTES: Final = 8
ID_BYTES: Final = 4
DASH: Final = "—"
MOST_SIGNATURES: Final = 100


class NotANote(ValueError):
    """The text is no signed note, or the key no key; the message says why."""


class Algorithm(IntEnum):
    """What a key signs, by the number that C2SP gives it."""

    NOTE = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class Key:
    """The public key of someone who signs notes, with the name they go by."""

    name: str
    public: bytes
    algorithm: Algorithm = Algorithm.NOTE

    @property
    def key_id(self) -> bytes:
        """Return the 4 bytes that hint at the key in a signature line."""
        named = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return sha256(named).digest()[:ID_BYTES]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says they signed, a hint at the key, and what they signed with it."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{DASH} {self.name} {base64.b64encode(self.key_id + self.value).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a line feed, and its signatures. Nothing is said of whether they are right."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        lines = "".join(f"{signature}\n" for signature in self.signatures)
        return f"{self.text}\n{lines}"


def read_key(text: str) -> Key:
    """Return the key that `<name>+<key id>+<base64>` stands for. Raises NotANote."""
    name, _, rest = text.strip().partition("+")
    hint, _, encoded = rest.partition("+")
    raw = _bytes_of(encoded)
    if not name or len(raw) != 1 + KEY_BYTES or raw[0] not in list(Algorithm):
        raise NotANote("This is not a public key of the form <name>+<key id>+<base64>.")
    key = Key(name, raw[1:], Algorithm(raw[0]))
    if key.key_id.hex() != hint:
        raise NotANote("This public key was copied wrongly: its parts do not belong together.")
    return key


def read_note(text: str) -> Note:
    """Return the note that a text is. Raises NotANote."""
    if any(sign < " " and sign != "\n" for sign in text):
        raise NotANote("The text holds control characters.")
    body, gap, lines = text.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise NotANote("The signatures are missing: an empty line and lines that begin with —.")
    signed = lines.removesuffix("\n").split("\n")
    if len(signed) > MOST_SIGNATURES:
        raise NotANote(f"More than {MOST_SIGNATURES} signatures are too many.")
    return Note(body + "\n", tuple(_read_signature(line) for line in signed))


def key_of(private: Ed25519PrivateKey, name: str, algorithm: Algorithm = Algorithm.NOTE) -> Key:
    """Return the public key to a private one, under a name without spaces and plus signs."""
    if not name or "+" in name or any(sign.isspace() for sign in name):
        raise NotANote("The name of a key has no spaces and no plus signs.")
    return Key(name, private.public_key().public_bytes_raw(), algorithm)


def signed(text: str, *, name: str, by: Ed25519PrivateKey) -> Note:
    """Return a text, ending in a line feed, as a note with one signature."""
    key = key_of(by, name)
    return Note(text, (Signature(name, key.key_id, by.sign(text.encode())),))


def cosigned(note: Note, *, name: str, by: Ed25519PrivateKey, at: datetime) -> Note:
    """Return a note with one more signature, of someone who saw it at a moment."""
    key = key_of(by, name, Algorithm.COSIGNATURE)
    seconds = int(at.timestamp()).to_bytes(TIME_BYTES, "big")
    value = seconds + by.sign(_witnessed(note, seconds))
    return replace(note, signatures=(*note.signatures, Signature(name, key.key_id, value)))


def is_signed_by(note: Note, keys: Iterable[Key]) -> bool:
    """Return whether one of some keys signed the note."""
    return any(
        _is_right(note, signature, key)
        for key in keys
        for signature in note.signatures
        if signature.name == key.name and signature.key_id == key.key_id
    )


def seen_at(signature: Signature) -> datetime | None:
    """Return when a cosigner says they saw the note; None for a signature without a time."""
    if len(signature.value) != TIME_BYTES + SIGNATURE_BYTES:
        return None
    try:
        return datetime.fromtimestamp(int.from_bytes(signature.value[:TIME_BYTES], "big"), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _is_right(note: Note, signature: Signature, key: Key) -> bool:
    message, value = note.text.encode(), signature.value
    if key.algorithm == Algorithm.COSIGNATURE:
        message, value = _witnessed(note, value[:TIME_BYTES]), value[TIME_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except InvalidSignature:
        return False
    return True


def _witnessed(note: Note, seconds: bytes) -> bytes:
    return f"cosignature/v1\ntime {int.from_bytes(seconds, 'big')}\n{note.text}".encode()


def _read_signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = _bytes_of(encoded)
    if dash != DASH or not name or len(raw) <= ID_BYTES:
        raise NotANote("A line after the empty line is not a signature.")
    return Signature(name, raw[:ID_BYTES], raw[ID_BYTES:])


def _bytes_of(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotANote("A part in base64 was copied wrongly.") from error
