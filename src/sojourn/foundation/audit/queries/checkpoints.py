"""Checkpoints to compare the chain with: those in the database, and those that are kept elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sojourn.exchange import spoken_words
from sojourn.exchange.checkpoints import fingerprint_of, read_checkpoint
from sojourn.exchange.signed_note import Key, NotANote, is_signed_by, read_note
from sojourn.foundation.audit import signing
from sojourn.foundation.audit.models import Checkpoint, Seal
from sojourn.foundation.audit.terms import Flaw
from sojourn.methods.merkle import Tree, consistency_ranges

BATCH: Final = 1_000
LONGEST_NUMBER: Final = 18


@dataclass(frozen=True, slots=True)
class Mark:
    """What the chain must agree with at one size: a root, or the fingerprint of one that was kept on paper.

    `flaw` says what is wrong with the checkpoint itself; such a one is not compared.
    """

    source: str
    size: int = 0
    root: bytes = b""
    fingerprint: bytes = b""
    flaw: Flaw | None = None
    why: str = ""
    is_kept: bool = True  # elsewhere than in the database

    def agrees_with(self, root: bytes, origins: Sequence[str]) -> bool:
        """Return whether the tree of this size has the right root."""
        if self.root:
            return root == self.root
        return any(fingerprint_of(one, self.size, root) == self.fingerprint for one in origins)


def newest_checkpoint() -> Checkpoint | None:
    """Return the newest checkpoint in the database."""
    return Checkpoint.objects.order_by("-size").first()


def proof_from(old: int, *, upto: int) -> list[bytes]:
    """Return the roots that prove that the chain of `upto` events begins with that of `old`."""
    roots = []
    for start, end in consistency_ranges(old, upto):
        links = Seal.objects.filter(number__gt=start, number__lte=end).order_by("number")
        hashes = links.values_list("hash", flat=True).iterator(chunk_size=BATCH)
        roots.append(Tree().grown(map(bytes, hashes)).root)
    return roots


def mark_in(text: str, *, source: str, cosigner: Key | None = None) -> Mark:
    """Return what a signed note asks of the chain. A note that is wrong in itself is a flaw, no exception."""
    try:
        note = read_note(text)
        said = read_checkpoint(note)
    except NotANote as error:
        return Mark(source, flaw=Flaw.UNREADABLE, why=str(error))
    flaw = None
    if not is_signed_by(note, signing.known_keys()):
        flaw = Flaw.NOT_SIGNED
    elif cosigner is not None and not is_signed_by(note, [cosigner]):
        flaw = Flaw.NOT_COSIGNED
    return Mark(source, said.size, said.root, flaw=flaw)


def mark_on_paper(said: str) -> Mark:
    """Return what a size and twelve words ask of the chain. Raises NotWords."""
    size, _, words = said.strip().partition(" ")
    if not (size.isascii() and size.isdigit() and len(size) <= LONGEST_NUMBER):
        raise spoken_words.NotWords("The number of events comes first, then the words.")
    return Mark(f"“{said.strip()}”", int(size), fingerprint=spoken_words.number_of(words))


def kept_here() -> list[Mark]:
    """Return the checkpoints that this machine keeps outside the database, one a day."""
    return [
        mark_in(file.read_text(encoding="utf-8", errors="replace"), source=file.name)
        for file in sorted(signing.kept_folder().glob("*.note"))
    ]


def marks_in_database() -> Iterator[Mark]:
    """Yield the checkpoints in the database, the smallest first."""
    last = 0
    while True:
        rows = list(
            Checkpoint.objects.filter(size__gt=last)
            .order_by("size")
            .values_list("size", "note")[:BATCH]
        )
        if not rows:
            return
        for size, note in rows:
            mark = replace(mark_in(note, source=str(size)), is_kept=False)
            yield mark if mark.size == size else replace(mark, flaw=mark.flaw or Flaw.NOT_SIGNED)
        last = rows[-1][0]
