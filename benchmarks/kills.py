"""Outbox and inbox under kill -9, as often as one number says; writes what was lost and what was doubled.

Run: `.venv/bin/python -m benchmarks.kills --kills 1000`; with `DATABASE_URL=postgres://…` on PostgreSQL. Each run
takes the place of earlier ones of the same case and database; `-k` chooses cases by the words of pytest. The
cases are the tests `test_kill.py` of outbox and inbox, and nothing else.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.results import rows_of, write_section

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "response" / "outreach"
FILES = [TESTS / "outbox" / "test_kill.py", TESTS / "inbox" / "test_kill.py"]
CASES = {
    "helps[takes_key": "outbox, gateway takes a key",
    "helps[can_be_asked": "outbox, gateway can be asked",
    "a_welfare_check": "outbox, gateway can do neither: welfare check, sent again",
    "a_code": "outbox, gateway can do neither: code, left to a person",
    "acknowledged": "inbox",
}
HEAD = "| case | database | kills | messages | lost | doubled | left to a person | minutes | on |"


@dataclass(frozen=True, slots=True)
class Case:
    """What one case came to. `passed`: pytest's word."""

    name: str
    passed: bool
    seconds: float
    facts: Mapping[str, str]

    def row(self, database: str) -> str:
        """Return the row of the table."""
        cells = [
            self.name,
            database,
            *(
                f"{int(self.facts.get(fact, '0')):,}"
                for fact in ("kills", "messages", "lost", "doubled", "undecided")
            ),
            f"{self.seconds / 60:.1f}",
            datetime.now(UTC).date().isoformat() + ("" if self.passed else ", FAILED"),
        ]
        return f"| {' | '.join(cells)} |"


def run(kills: int, chosen: str) -> list[Case]:
    """Run the cases and return what each came to."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", *map(str, FILES)]
        command += [f"--junitxml={report}", "-o", "junit_family=xunit1"]
        subprocess.run(
            [*command, *(["-k", chosen] if chosen else [])],
            cwd=ROOT,
            env={**os.environ, "SOJOURN_KILLS": str(kills)},
            check=False,
        )
        return [_case(found) for found in ElementTree.parse(report).iter("testcase")]


def _case(found: ElementTree.Element) -> Case:
    test = found.get("name", "")
    facts = {one.get("name", ""): one.get("value", "") for one in found.iter("property")}
    return Case(
        name=next(name for piece, name in CASES.items() if piece in test),
        passed=found.find("failure") is None and found.find("error") is None,
        seconds=float(found.get("time", "0")),
        facts=facts,
    )


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return old and new rows in the order of the cases; a new row takes the place of its elder."""
    by_place = {tuple(row.split(" | ")[:2]): row for row in (*old, *new)}
    names = list(CASES.values())
    return sorted(by_place.values(), key=lambda row: (names.index(row[2:].split(" | ")[0]), row))


def main() -> int:
    """Run and write the section; 1 when a case failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("-k", dest="chosen", default="", help="cases, in the words of pytest -k")
    given = parser.parse_args()
    cases = run(given.kills, given.chosen)
    is_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    database = "PostgreSQL" if is_postgres else "SQLite"
    lines = [
        "## Killed with -9 (`benchmarks/kills.py`)",
        "",
        "The real worker, with 8 connections to a gateway that answers after 20 ms, is killed 0.02 to 0.2 s after its"
        " start; that leaves up to 8 messages on their way. The gateway also cuts 0.5 % of the connections after it"
        " took a message and refuses 2 % (not in the case of the welfare check). The real door for replies is killed"
        " within 0.1 s after 20 more answers to 16 clients, who bring each reply until it is acknowledged. Lost: noted"
        " as sent and never taken, or neither sent nor left to a person; of the inbox, acknowledged and not kept.",
        "",
        HEAD,
        "|---" * HEAD.count(" | ") + "|---|",
        *merged(rows_of("kills"), [case.row(database) for case in cases if case.facts]),
    ]
    write_section("kills", lines, packages=("django", "psycopg", "granian"))
    return 0 if cases and all(case.passed for case in cases) else 1


if __name__ == "__main__":
    raise SystemExit(main())
