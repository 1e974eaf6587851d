"""Checkpoints of a list that only grows: how long it was at a moment and what its root was, as a text to be signed.

C2SP tlog-checkpoint: the name of the list, its size, the root of its tree (RFC 6962) in base64, a line each; we add
the head of the hash chain and the moment. To ask someone to cosign, a request carries the proof that it goes on from an
older one: C2SP tlog-witness, the body of `add-checkpoint`.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from sojourn.exchange import spoken_words
from sojourn.exchange.signed_note import NotANote, Note, read_note

HASH_BYTES: Final = 32
LARGEST: Final = 2**63 - 1
MOST_STEPS: Final = 63


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a note says of a list: its name, its size, root (32 bytes), head of its chain, and when it was so."""

    origin: str
    size: int
    root: bytes
    head: bytes = b""
    at: datetime | None = None

    @property
    def text(self) -> str:
        """Return the text to be signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.head:
            lines.append(f"head {self.head.hex()}")
        if self.at is not None:
            lines.append(f"time {self.at.astimezone(UTC).isoformat(timespec='seconds')}")
        return "".join(f"{line}\n" for line in lines)

    @property
    def words(self) -> tuple[str, ...]:
        """Return twelve words that stand for name, size and root, to be kept on paper."""
        return spoken_words.words_of(fingerprint_of(self.origin, self.size, self.root))


@dataclass(frozen=True, slots=True)
class Request:
    """A note to be cosigned, with the proof that it goes on from a list of `old` entries."""

    note: Note
    old: int = 0
    proof: tuple[bytes, ...] = ()

    def __str__(self) -> str:
        steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.proof)
        return f"old {self.old}\n{steps}\n{self.note}"


def fingerprint_of(origin: str, size: int, root: bytes) -> bytes:
    """Return 16 bytes that stand for a list, its size and its root."""
    return sha256(Checkpoint(origin, size, root).text.encode()).digest()[:16]


def read_checkpoint(note: Note) -> Checkpoint:
    """Return what a note says of a list. Raises NotANote when it is about something else."""
    lines = note.text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise NotANote("This note is no checkpoint: name, size and root are missing.")
    origin, written, encoded, *more = lines
    if not (written.isascii() and written.isdigit()) or written != str(int(written[:20])):
        raise NotANote("The second line of a checkpoint is its size.")
    root = _hash_of(encoded)
    if int(written) > LARGEST:
        raise NotANote("This size is too large.")
    facts = dict(line.split(" ", 1) for line in more if " " in line)
    return Checkpoint(
        origin, int(written), root, _head_of(facts.get("head", "")), _moment_of(facts.get("time"))
    )


def read_request(text: str) -> Request:
    """Return a note to be cosigned, or a bare note. Raises NotANote."""
    if not text.startswith("old "):
        return Request(read_note(text))
    head, gap, rest = text.partition("\n\n")
    first, *steps = head.split("\n")
    size = first.removeprefix("old ")
    if not gap or not (size.isascii() and size.isdigit()) or len(steps) > MOST_STEPS:
        raise NotANote("The proof before the note is not whole.")
    return Request(read_note(rest), int(size[:20]), tuple(map(_hash_of, steps)))


def _hash_of(encoded: str) -> bytes:
    try:
        found = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotANote("A hash in base64 was copied wrongly.") from error
    if len(found) != HASH_BYTES:
        raise NotANote(f"A hash has 32 bytes, not {len(found)}.")
    return found


def _head_of(written: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError as error:
        raise NotANote("The head of the chain was copied wrongly.") from error


def _moment_of(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError as error:
        raise NotANote("The moment of the checkpoint was copied wrongly.") from error
