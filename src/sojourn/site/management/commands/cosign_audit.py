"""`sojourn audit cosign FILE`: sign the checkpoint of another organisation, having seen that it goes on."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from sojourn.exchange.checkpoints import read_request
from sojourn.exchange.signed_note import NotANote, read_key
from sojourn.foundation import durable_files
from sojourn.foundation.audit import operations


class Command(BaseCommand):
    """Exit status 0 when it was signed, 1 when it was refused, 2 when it cannot be read. No database is needed."""

    help = "Sign another organisation's checkpoint beside their own signature, and remember it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and their key the first time."""
        parser.add_argument(
            "file", type=Path, help="their checkpoint; our signature is added to it"
        )
        parser.add_argument("--key", help="their public key, needed the first time")

    def handle(self, *_args: Any, file: Path, key: str | None, **_options: Any) -> None:
        """Read, check, sign, write back."""
        try:
            request = read_request(file.read_text(encoding="utf-8"))
            theirs = read_key(key) if key else None
            note = operations.cosign(request=request, key=theirs, at=now())
        except operations.CannotCosign as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        except (OSError, UnicodeDecodeError, NotANote) as error:
            raise CommandError(f"{file.name}: {error}", returncode=2) from error
        durable_files.write(file, str(note))
        self.stderr.write(f"{file.name} was signed. Send it back to them.")
