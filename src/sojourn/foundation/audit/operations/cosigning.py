"""Sign the checkpoints of other organisations, having seen that each goes on from the one before.

What was last signed for whom is kept in files: a cosigner needs no database and no access to the other's.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from sojourn.exchange.checkpoints import Checkpoint, Request, read_checkpoint
from sojourn.exchange.signed_note import Key, Note, cosigned, is_signed_by, read_key, read_note
from sojourn.foundation import durable_files
from sojourn.foundation.audit import signing
from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _
from sojourn.methods.merkle import is_consistent

FOLDER: Final = "of-others"


class CannotCosign(Refusal):
    """The checkpoint is not signed; the message says why."""


def cosign(*, request: Request, key: Key | None = None, at: datetime) -> Note:
    """Return the note with our signature beside theirs, and remember it.

    `key` is theirs; it is needed once. Raises CannotCosign when the note is not theirs, is older than what
    was signed before, or does not prove that it goes on from there.
    """
    said = read_checkpoint(request.note)
    known = _file_of(said.origin, "pub")
    theirs = read_key(known.read_text(encoding="utf-8")) if known.exists() else key
    if theirs is None:
        raise CannotCosign(
            _("Give their public key the first time (--key), as they told it to you.")
        )
    if key is not None and key != theirs:
        raise CannotCosign(_("This is not the key that signed their checkpoints before."))
    if theirs.name != said.origin or not is_signed_by(request.note, [theirs]):
        raise CannotCosign(_("This checkpoint bears no right signature of theirs."))
    _check_goes_on(request, said)
    private = signing.private_key()
    note = cosigned(request.note, name=signing.origin_of(private), by=private, at=at)
    durable_files.write(known, f"{theirs}\n")
    durable_files.write(_file_of(said.origin, "note"), str(note))
    return note


def _check_goes_on(request: Request, said: Checkpoint) -> None:
    seen = _file_of(said.origin, "note")
    if not seen.exists():
        return
    before = read_checkpoint(read_note(seen.read_text(encoding="utf-8")))
    if said.size < before.size:
        raise CannotCosign(
            _("One of %(before)s events was signed before; this one counts only %(now)s."),
            before=before.size,
            now=said.size,
        )
    if before.size not in (said.size, request.old):
        raise CannotCosign(
            _("Ask for `sojourn audit checkpoint --since %(before)s`: the proof is missing."),
            before=before.size,
        )
    if not is_consistent(
        old=before.size,
        old_root=before.root,
        new=said.size,
        new_root=said.root,
        proof=request.proof if said.size != before.size else (),
    ):
        raise CannotCosign(
            _("This trail does not go on from the one of %(before)s events: it was rewritten."),
            before=before.size,
        )


def _file_of(origin: str, ending: str) -> Path:
    return (
        Path(settings.CHECKPOINTS) / FOLDER / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', origin)}.{ending}"
    )
