"""`sojourn audit verify`: walk the hash chain, compare it with every checkpoint, and say what was bent and where."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from tqdm import tqdm

from sojourn.exchange.signed_note import Key, NotANote, read_key
from sojourn.exchange.spoken_words import NotWords
from sojourn.foundation.audit import queries


class Command(BaseCommand):
    """Exit status 0 when the chain holds, 1 when it does not, 2 for unusable input or no database."""

    help = (
        "Walk the hash chain of the audit trail and compare it with the checkpoints in the database, "
        "in Sojourn's folder, and those given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take checkpoints that were kept elsewhere, and how to print."""
        parser.add_argument(
            "--checkpoint", nargs="+", type=Path, default=[], metavar="FILE", dest="files",
            help="checkpoints that were kept elsewhere",
        )  # fmt: skip
        parser.add_argument(
            "--paper", action="append", default=[], metavar="'SIZE WORD …'",
            help="a checkpoint that was kept on paper: the number of events and the twelve words",
        )  # fmt: skip
        parser.add_argument(
            "--cosigned-by", metavar="KEY", dest="cosigner",
            help="the files must bear the signature of this organisation as well",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(
        self, *_args: Any, files: list[Path], paper: list[str], cosigner: str | None, **options: Any
    ) -> None:
        """Verify, print, and fail when something was bent."""
        kept = [*queries.kept_here(), *_given(files, paper, cosigner)]
        verdict = _verify(kept, shows_progress=sys.stderr.isatty())
        if options["json"]:
            self.stdout.write(_as_json(verdict))
        else:
            self.stdout.write(
                f"{verdict.sealed} events sealed, {verdict.waiting} waiting, "
                f"{verdict.checkpoints} checkpoints compared, {verdict.signed} events signed. "
                f"Head {verdict.head}. Root {verdict.root}."
            )
        for problem in verdict.problems:
            self.stderr.write(str(problem))
        if verdict.more:
            self.stderr.write(f"… and {verdict.more} more.")
        if not verdict.is_sound:
            raise CommandError("The audit trail was changed.", returncode=1)


def _given(files: list[Path], paper: list[str], cosigner: str | None) -> list[queries.Mark]:
    try:
        key: Key | None = read_key(cosigner) if cosigner else None
        marks = [
            queries.mark_in(file.read_text(encoding="utf-8"), source=file.name, cosigner=key)
            for file in files
        ]
        return [*marks, *map(queries.mark_on_paper, paper)]
    except (OSError, UnicodeDecodeError, NotANote, NotWords) as error:
        raise CommandError(str(error), returncode=2) from error


def _verify(kept: list[queries.Mark], *, shows_progress: bool) -> queries.Verdict:
    try:
        with tqdm(unit=" events", disable=not shows_progress) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            return queries.verify(kept=kept, progress=show)
    except (OperationalError, ProgrammingError) as error:
        raise CommandError(
            f"The database cannot be read ({error}). Is it not prepared yet? Start `sojourn run` once.",
            returncode=2,
        ) from error


def _as_json(verdict: queries.Verdict) -> str:
    return json.dumps(
        {
            "sealed": verdict.sealed,
            "waiting": verdict.waiting,
            "head": verdict.head,
            "root": verdict.root,
            "checkpoints": verdict.checkpoints,
            "signed": verdict.signed,
            "problems": [
                {
                    "kind": problem.flaw.value,
                    "number": problem.number or None,
                    "last": problem.last or None,
                    "event": problem.event or None,
                    "checkpoint": problem.source or None,
                    "problem": str(problem),
                }
                for problem in verdict.problems
            ],
            "more_problems": verdict.more,
        }
    )
