"""Sign what is sealed, so that neither a cut nor a rewritten chain passes for the one there was."""

from datetime import datetime

from sojourn.exchange.checkpoints import Checkpoint as Said
from sojourn.exchange.checkpoints import read_checkpoint
from sojourn.exchange.signed_note import NotANote, is_signed_by, read_note, signed
from sojourn.foundation import durable_files
from sojourn.foundation.audit import queries, signing
from sojourn.foundation.audit.models import Checkpoint, Seal
from sojourn.methods.merkle import Tree, unpacked

READ_AT_ONCE = 10_000


def checkpoint(*, at: datetime) -> Checkpoint | None:
    """Sign how long the chain is, where it ends and what its root is; keep the note here, and in a file.

    None when nothing was sealed since the newest one. Safe to repeat, and by several at once: for each
    size there is one checkpoint.
    """
    newest = queries.newest_checkpoint()
    head = Seal.objects.order_by("-number").first()
    if head is None or (newest is not None and newest.size >= head.number):
        return None
    tree = _tree_of(newest)
    links = Seal.objects.filter(number__gt=tree.size, number__lte=head.number).order_by("number")
    tree = tree.grown(
        bytes(one) for one in links.values_list("hash", flat=True).iterator(chunk_size=READ_AT_ONCE)
    )
    key = signing.own_key()
    said = Said(key.name, head.number, tree.root, head=bytes(head.hash), at=at)
    note = str(signed(said.text, name=key.name, by=signing.private_key()))
    made = Checkpoint(size=head.number, note=note, peaks=tree.packed(), made_at=at)
    Checkpoint.objects.bulk_create([made], ignore_conflicts=True)
    durable_files.write(signing.kept_folder() / f"{at:%Y-%m-%d}.note", note)
    return made


def _tree_of(newest: Checkpoint | None) -> Tree:
    """The tree where the newest checkpoint left it; from the beginning when that one cannot be trusted."""
    if newest is None:
        return Tree()
    try:
        note = read_note(newest.note)
        said, tree = read_checkpoint(note), unpacked(newest.size, bytes(newest.peaks))
    except (NotANote, ValueError):
        return Tree()
    is_right = is_signed_by(note, signing.known_keys())
    return tree if is_right and (said.size, said.root) == (tree.size, tree.root) else Tree()
