"""Durable answers a second: the inbox against a plain Django view, in turn, in one run, on the same database.

Run: `.venv/bin/python -m benchmarks.inbox [--rounds N] [--seconds S] [--only SQLite|PostgreSQL]`; PostgreSQL where
`DATABASE_URL` names one. Every 200 is compared with the table afterwards: nothing that was acknowledged may be
missing, nothing may be doubled. Rows of a database that was not measured stay as they are.
"""

import argparse
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from benchmarks.inbox_load import Round, bring, replies
from benchmarks.results import rows_of, write_section

SECRET = "between us"
CONNECTIONS = 128
MOST_PER_S = 20_000
HEAD = (
    "| database | side | rounds | answers/s | slowest round | p50 ms | p99 ms | server CPU µs/answer | refused |"
    " load CPU µs/answer |"
)
ROOT = Path(__file__).resolve().parents[1]
PREPARE = ROOT / "tests/response/outreach/inbox/prepare.py"
SIDES = {
    "inbox": ["--interface", "rsgi", "sojourn.site.inbox_door:application"],
    "plain view": [
        *["--interface", "wsgi", "--blocking-threads", "4", "benchmarks.plain_view:application"]
    ],
}


class Database:
    """A fresh database of one kind."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        if kind == "PostgreSQL":
            server = os.environ["DATABASE_URL"].rpartition("/")[0]
            self.admin = f"{server}/postgres"
            self.name = f"sojourn_inbox_bench_{os.getpid()}"
            self._do(f"CREATE DATABASE {self.name}")
            self.url = f"{server}/{self.name}"
        else:
            self.file = folder / "bench.sqlite3"
            self.url = f"sqlite:///{self.file}"

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(statement)

    def ids(self) -> list[str]:
        """All ids in the inbox."""
        statement = "SELECT provider_message_id FROM outreach_inbound"
        if self.kind == "PostgreSQL":
            with psycopg.connect(self.url) as connection:
                return [row[0] for row in connection.execute(statement)]
        with sqlite3.connect(self.file) as connection:
            return [row[0] for row in connection.execute(statement)]

    def drop(self) -> None:
        """Remove it."""
        if self.kind == "PostgreSQL":
            self._do(f"DROP DATABASE {self.name} WITH (FORCE)")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_of(group: int) -> float:
    """Processor seconds of all processes of a group."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def play(side: str, path: str, environment: dict[str, str], *, name: str, seconds: float) -> Round:
    """Start one side, load it, stop it."""
    port = free_port()
    server = subprocess.Popen(
        [
            *[sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port)],
            *["--workers", "1", "--log-level", "critical", "--backlog", "1024", *SIDES[side]],
        ],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        warm = replies(1_000, path=path, name=f"{name}-warm", secret=SECRET)
        bring(port, warm, connections=1, seconds=0.5)
        written = replies(int(seconds * MOST_PER_S), path=path, name=name, secret=SECRET)
        before = cpu_of(server.pid)
        found = bring(port, written, connections=CONNECTIONS, seconds=seconds)
        found.cpu_s = cpu_of(server.pid) - before
    finally:
        os.killpg(server.pid, 15)
        server.wait()
    return found


def measure(
    kind: str, folder: Path, *, turns: int, seconds: float
) -> tuple[dict[str, list[Round]], int, int]:
    """Return the rounds of both sides, and how many acknowledged answers were missing or doubled."""
    database = Database(kind, folder)
    try:
        environment = {
            **os.environ,
            "DATABASE_URL": database.url,
            "SOJOURN_HOME": str(folder),
            "PYTHONPATH": os.pathsep.join(map(str, [ROOT, ROOT / "src"])),
        }
        provider = subprocess.run(
            [sys.executable, str(PREPARE), SECRET],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        rounds: dict[str, list[Round]] = {side: [] for side in SIDES}
        for turn in range(turns):
            for side, found in rounds.items():
                name, path = f"{side[0]}{turn}", f"/in/{provider}/"
                found.append(play(side, path, environment, name=name, seconds=seconds))
                sys.stderr.write(f"{kind}, {side}: {found[-1].rate:,.0f} answers a second\n")
        kept = database.ids()
        acknowledged = [key for side in rounds.values() for one in side for key in one.acknowledged]
        return rounds, len(set(acknowledged) - set(kept)), len(kept) - len(set(kept))
    finally:
        database.drop()


def rows_for(kind: str, *, turns: int, seconds: float) -> list[str]:
    """Measure on one database and return its rows of the table."""
    with tempfile.TemporaryDirectory() as folder:
        rounds, missing, doubled = measure(kind, Path(folder), turns=turns, seconds=seconds)
    rows, middle = [], {}
    for side, found in rounds.items():
        rates = [one.rate for one in found]
        middle[side] = statistics.median(rates)
        rows.append(
            f"| {kind} | {side} | {turns} × {seconds:.0f} s | {middle[side]:,.0f} | {min(rates):,.0f} "
            f"| {statistics.median(one.wait(0.5) for one in found):.0f} "
            f"| {statistics.median(one.wait(0.99) for one in found):.0f} "
            f"| {statistics.median(one.cpu_us for one in found):.0f} "
            f"| {sum(one.refused for one in found)} "
            f"| {statistics.median(one.load_cpu_us for one in found):.0f} |"
        )
    total = sum(len(one.acknowledged) for side in rounds.values() for one in side)
    ratio = middle["inbox"] / middle["plain view"]
    kept = f"{total:,} acknowledged, {missing} missing, {doubled} doubled"
    return [*rows, f"| {kind} | **inbox : view** | | **{ratio:.1f} ×** | | | | | | {kept} |"]


def main() -> None:
    """Measure on each database that is there and write the section."""
    kinds = ["SQLite"]
    if urlsplit(os.environ.get("DATABASE_URL", "")).scheme.startswith("postgres"):
        kinds.append("PostgreSQL")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", choices=kinds, help="measure on this database")
    given = parser.parse_args()
    load_before = os.getloadavg()[0]
    old = rows_of("inbox")
    rows = {kind: [row for row in old if row.startswith(f"| {kind} |")] for kind in kinds}
    for kind in [given.only] if given.only else kinds:
        rows[kind] = rows_for(kind, turns=given.rounds, seconds=given.seconds)
    lines = [
        "## Durable answers a second (`benchmarks/inbox.py`)",
        "",
        f"{CONNECTIONS} connections, each waits for its answer; the sides take turns; medians of the rounds. 200 only"
        " after the commit (SQLite `synchronous=FULL`, PostgreSQL `synchronous_commit=on`). The load runs on the same"
        " two cores; its requests are written and signed before the clock starts."
        f" Other work on the machine at the start: load {load_before:.1f}.",
        "",
        HEAD,
        "|---" * (HEAD.count("|") - 1) + "|",
        *(row for found in rows.values() for row in found),
    ]
    write_section("inbox", lines, packages=["granian", "django", "psycopg"])


if __name__ == "__main__":
    main()
