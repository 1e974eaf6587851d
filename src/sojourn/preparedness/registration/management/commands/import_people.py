"""`sojourn people import FILE --source NAME`: a roster into the register, with every problem located."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils.timezone import now
from tqdm import tqdm

from sojourn.exchange.reading import Unreadable
from sojourn.exchange.rosters import Roster, RosterOptions, read_roster
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.organisations.models import User
from sojourn.foundation.organisations.terms import Role
from sojourn.preparedness.registration import operations, queries
from sojourn.preparedness.registration.models import Import


class Command(BaseCommand):
    """Adds the people of a list. 0 done, 1 done with problems shown, 2 unusable file or usage."""

    help = "Add the people of a list (XLSX, ODS or CSV) to the register."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file, its source, the user whose deed it is, and what to leave undone."""
        parser.add_argument("file", type=Path, help="the list")
        parser.add_argument("--source", required=True, help="who keeps the list")
        parser.add_argument("--by", default="duty", help="user name of whose deed it is")
        parser.add_argument("--phone-country", default="", help="alpha-2, for numbers without +")
        parser.add_argument("--dry-run", action="store_true", help="read and show, add nobody")
        parser.add_argument("--json", action=argparse.BooleanOptionalAction, default=False)

    def handle(self, *, file: Path, **options: Any) -> None:
        """Read the file, show each problem, add the people, say what was done."""
        try:
            content = file.read_bytes()
            if options["dry_run"]:
                self._show(file, _read(content, file, options["phone_country"]))
                return
            record = self._bring(content, file, options)
        except (OSError, Unreadable) as error:
            raise CommandError(f"{file.name}: {error}", returncode=2) from error
        self._add(record)
        self._report(file, record, as_json=options["json"])

    def _bring(self, content: bytes, file: Path, options: dict[str, Any]) -> Import:
        try:
            user = User.objects.filter(username=options["by"]).first()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(
                "The database is not prepared yet. Start `sojourn run` once.", returncode=2
            ) from error
        if user is None:
            raise CommandError(f"There is no user {options['by']}.", returncode=2)
        viewer = viewer_of(user, at=now())
        organisation = viewer.organisation_for(Role.DUTY_OFFICER)
        if organisation is None:
            raise CommandError(f"{options['by']} is no duty officer.", returncode=2)
        brought = operations.bring_list(
            content=content,
            filename=file.name,
            source=options["source"],
            organisation=organisation,
            phone_country=options["phone_country"].upper(),
            by=user,
            at=now(),
        )
        if not brought.is_repeat:
            try:
                operations.confirm_import(record=brought.record, by=user, at=now())
            except operations.CannotImport as refusal:
                raise CommandError(f"{file.name}: {refusal}", returncode=2) from refusal
        return brought.record

    def _add(self, record: Import) -> None:
        """Add some rows at a time, with a bar where somebody watches."""
        with tqdm(total=record.rows_total, unit="row", disable=None) as bar:
            left = record.rows_total
            while left:
                now_left = operations.add_next(record=record, by=record.brought_by, at=now())
                bar.update(left - now_left)
                left = now_left

    def _show(self, file: Path, roster: Roster) -> None:
        for problem in roster.problems:
            self.stderr.write(f"{file.name}:{problem.where}: {problem.problem}")
        people = sum(row.is_person for row in roster.rows)
        self.stderr.write(f"{people} people in {len(roster.rows)} rows; nobody was added.")
        if roster.problems:
            raise SystemExit(1)

    def _report(self, file: Path, record: Import, *, as_json: bool) -> None:
        counts = queries.counts(record)
        problems = list(queries.problems_of(record))
        for line, column, problem in problems:
            self.stderr.write(f"{file.name}:{line}: {column}: {problem}")
        if as_json:
            answer = {
                "import": str(record.pk),
                "rows": counts.total,
                "added": counts.added,
                "plans": counts.by_plan,
                "problems": [
                    {"file": file.name, "line": line, "column": column, "problem": str(problem)}
                    for line, column, problem in problems
                ],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        self.stderr.write(f"{counts.added} people were added from {counts.total} rows.")
        if problems:
            raise SystemExit(1)


def _read(content: bytes, file: Path, phone_country: str) -> Roster:
    options = RosterOptions(
        today=datetime.now(UTC).date(), phone_country=phone_country.upper() or None
    )
    return read_roster(content, filename=file.name, options=options)
