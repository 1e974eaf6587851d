"""`sojourn audit verify`: walk the hash chain and say what, if anything, was bent."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from sojourn.foundation.audit import queries


class Command(BaseCommand):
    """Exit status 0 when the chain holds, 1 when it does not, 2 when there is no database."""

    help = "Walk the hash chain of the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, json: bool, **_options: Any) -> None:
        """Verify, print, and fail when something was bent."""
        try:
            verdict = queries.verify()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(
                "The database is not prepared yet. Start `sojourn run` once.", returncode=2
            ) from error
        if json:
            self.stdout.write(_as_json(verdict))
        else:
            self.stdout.write(
                f"{verdict.sealed} events sealed, {verdict.waiting} waiting. Head {verdict.head}."
            )
        for problem in verdict.problems:
            self.stderr.write(problem)
        if not verdict.is_sound:
            raise CommandError("The audit trail was changed.", returncode=1)


def _as_json(verdict: queries.Verdict) -> str:
    return json.dumps(
        {
            "sealed": verdict.sealed,
            "waiting": verdict.waiting,
            "head": verdict.head,
            "problems": verdict.problems,
        }
    )
