"""`sojourn people import FILE… --source NAME`: rosters into the register, with every problem located."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils.timezone import now
from tqdm import tqdm

from sojourn.exchange.containers import PackedFile, files_in
from sojourn.exchange.content_kinds import Kind, kind_of
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.rosters import RosterOptions, read_roster
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.organisations.terms import Role
from sojourn.preparedness.registration import operations, queries
from sojourn.preparedness.registration.models import Import
from sojourn.preparedness.registration.terms import ImportState

DONE: Final = 0
WITH_PROBLEMS: Final = 1
UNUSABLE: Final = 2


@dataclass(frozen=True, slots=True)
class _Deed:
    """Whose deed it is, for whom, and how the lists are to be read."""

    user: User
    organisation: Organisation
    source: str
    phone_country: str
    is_json: bool


class Command(BaseCommand):
    """Adds the people of lists. 0 done, 1 done with problems shown, 2 an unusable file or usage.

    A bad file never takes the good ones with it; the status is that of the worst.
    """

    help = "Add the people of lists (XLSX, ODS, CSV, or a ZIP of them) to the register."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the files, their source, the user whose deed it is, and what to leave undone."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a list, or a ZIP")
        parser.add_argument("--source", required=True, help="who keeps the lists")
        parser.add_argument("--by", default="duty", help="user name of whose deed it is")
        parser.add_argument("--phone-country", default="", help="alpha-2, for numbers without +")
        parser.add_argument("--dry-run", action="store_true", help="read and show, add nobody")
        parser.add_argument("--json", action=argparse.BooleanOptionalAction, default=False)

    def handle(self, *, files: list[Path], **options: Any) -> None:
        """Read each file, show each problem, add the people, say what was done."""
        deed = None if options["dry_run"] else self._deed(options)
        status = DONE
        for path in files:
            for name, content in self._lists_in(path):
                if content is None:
                    status = UNUSABLE
                elif deed is None:
                    status = max(status, self._show(name, content, options["phone_country"]))
                else:
                    status = max(status, self._take(name, content, deed))
        if status:
            raise SystemExit(status)

    def _lists_in(self, path: Path) -> Iterator[tuple[str, bytes | None]]:
        """Yield name and content of a file, or of those of an archive; None for what is unusable, which is told."""
        try:
            content = path.read_bytes()
        except OSError as error:
            self._tell(path.name, error.strerror or str(error))
            yield path.name, None
            return
        if kind_of(content) != Kind.ZIP:
            yield path.name, content
            return
        try:
            held = files_in(content, is_nested_kept=True)
        except Unreadable as refusal:
            self._tell(path.name, refusal.problem)
            yield path.name, None
            return
        for one in held:
            yield f"{path.name}/{one.name}", self._bare(path, one)

    def _bare(self, path: Path, one: PackedFile) -> bytes | None:
        if kind_of(one.content) in {Kind.ZIP, Kind.PACKED, Kind.PROGRAM}:
            self._tell(f"{path.name}/{one.name}", "an archive in an archive, or a program.")
            return None
        return one.content

    def _deed(self, options: dict[str, Any]) -> _Deed:
        try:
            user = User.objects.filter(username=options["by"]).first()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(
                "The database is not prepared yet. Start `sojourn run` once.", returncode=2
            ) from error
        if user is None:
            raise CommandError(f"There is no user {options['by']}.", returncode=2)
        organisation = viewer_of(user, at=now()).organisation_for(Role.DUTY_OFFICER)
        if organisation is None:
            raise CommandError(f"{options['by']} is no duty officer.", returncode=2)
        return _Deed(
            user,
            organisation,
            source=options["source"],
            phone_country=options["phone_country"].upper(),
            is_json=options["json"],
        )

    def _take(self, name: str, content: bytes, deed: _Deed) -> int:
        """Bring one list and add its people. What an earlier call left half done is done now."""
        try:
            record = operations.bring_list(
                content=content,
                filename=name,
                source=deed.source,
                organisation=deed.organisation,
                phone_country=deed.phone_country,
                by=deed.user,
                at=now(),
            ).record
            if record.state == ImportState.LOOKED_AT:
                operations.confirm_import(record=record, by=deed.user, at=now())
        except (Unreadable, operations.CannotImport) as refusal:
            self._tell(name, str(refusal))
            if deed.is_json:
                self._print({"file": name, "refusal": str(refusal)})
            return UNUSABLE
        self._add(record)
        return self._report(name, record, is_json=deed.is_json)

    def _add(self, record: Import) -> None:
        """Add some rows at a time, with a bar where somebody watches."""
        with tqdm(total=record.rows_total, unit="row", disable=None) as bar:
            left = record.rows_total
            while left:
                now_left = operations.add_next(record=record, by=record.brought_by, at=now())
                bar.update(left - now_left)
                left = now_left

    def _show(self, name: str, content: bytes, phone_country: str) -> int:
        options = RosterOptions(
            today=datetime.now(UTC).date(), phone_country=phone_country.upper() or None
        )
        try:
            roster = read_roster(content, filename=name, options=options)
        except Unreadable as refusal:
            self._tell(name, refusal.problem)
            return UNUSABLE
        for problem in roster.problems:
            self.stderr.write(f"{name}:{problem.where}: {problem.problem}")
        people = sum(row.is_person for row in roster.rows)
        self._tell(name, f"{people} people in {len(roster.rows)} rows; nobody was added.")
        return WITH_PROBLEMS if roster.problems else DONE

    def _report(self, name: str, record: Import, *, is_json: bool) -> int:
        counts = queries.counts(record)
        problems = list(queries.problems_of(record))
        for line, column, problem in problems:
            self.stderr.write(f"{name}:{line}: {column}: {problem}")
        if is_json:
            self._print(
                {
                    "file": name,
                    "import": str(record.pk),
                    "rows": counts.total,
                    "added": counts.added,
                    "plans": counts.by_plan,
                    "problems": [
                        {"file": name, "line": line, "column": column, "problem": str(problem)}
                        for line, column, problem in problems
                    ],
                }
            )
        self._tell(name, f"{counts.added} people were added from {counts.total} rows.")
        return WITH_PROBLEMS if problems else DONE

    def _tell(self, name: str, words: str) -> None:
        self.stderr.write(f"{name}: {words}")

    def _print(self, answer: dict[str, object]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
