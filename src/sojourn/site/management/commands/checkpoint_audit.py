"""`sojourn audit checkpoint`: sign how far the audit trail goes, for others to keep."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils.timezone import now

from sojourn.exchange.checkpoints import Request, read_checkpoint
from sojourn.exchange.signed_note import read_note
from sojourn.foundation.audit import operations, queries


class Command(BaseCommand):
    """Exit status 0 when a checkpoint was written, 2 when there is nothing to sign or no place to write to."""

    help = "Seal what waits, sign how far the audit trail goes, and print the checkpoint."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to write, and from where to prove."""
        parser.add_argument(
            "--out", type=Path, metavar="FILE", help="write it there, not to standard output"
        )
        parser.add_argument(
            "--since", type=int, metavar="SIZE",
            help="prove that it goes on from an older one of so many events, for `sojourn audit cosign`",
        )  # fmt: skip

    def handle(self, *_args: Any, out: Path | None, since: int | None, **_options: Any) -> None:
        """Seal, sign, write; the words to keep on paper go to standard error."""
        try:
            while operations.seal():
                pass
            operations.checkpoint(at=now())
            newest = queries.newest_checkpoint()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database cannot be read ({error}).", returncode=2) from error
        if newest is None:
            raise CommandError("There is nothing to sign yet.", returncode=2)
        text = _with_proof(newest.note, since) if since else newest.note
        if out is None:
            self.stdout.write(text, ending="")
        else:
            try:
                out.write_text(text, encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{out}: {error.strerror}", returncode=2) from error
        said = read_checkpoint(read_note(newest.note))
        self.stderr.write(f"To keep on paper: {said.size} {' '.join(said.words)}")


def _with_proof(note: str, since: int) -> str:
    read = read_note(note)
    size = read_checkpoint(read).size
    if not 0 < since <= size:
        raise CommandError(
            f"The trail has {size} events, so it cannot go on from {since}.", returncode=2
        )
    return str(Request(read, since, tuple(queries.proof_from(since, upto=size))))
