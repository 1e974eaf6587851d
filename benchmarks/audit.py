"""How fast the audit trail is sealed and verified, on SQLite and PostgreSQL.

    python benchmarks/audit.py [--events 1000000] [--postgres postgres://postgres@127.0.0.1:5432/postgres]

`--step fill` makes the events and seals them, `--step measure` verifies and writes the section, so that only the
short part needs the machine alone; `--home` keeps the databases between the two. Without them both are done.

Verifying reads every event, seal and checkpoint out of the database, writes each event in its canonical form, computes
each link and the tree, and compares; beside it, in turn, the same hashes over bytes that lie in memory: what is left
when nothing is read.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BATCH = 20_000
CHECKPOINTS = 100
RUNS = 3
DATABASE = "sojourn_bench_audit"
NOTE = "fill.json"


def main() -> None:
    """Fill and measure each database in a process of its own, then write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--postgres", default="postgres://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--step", choices=["fill", "measure"])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        done = _fill(given.events) if given.inside == "fill" else _measure()
        print(json.dumps(done))
        return
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        if given.step != "measure":
            found = _both("fill", given, home)
            (home / NOTE).write_text(json.dumps(found))
        if given.step != "fill":
            _write(_both("measure", given, home), json.loads((home / NOTE).read_text()))


def _both(step: str, given: argparse.Namespace, home: Path) -> dict[str, dict[str, float]]:
    found = {"SQLite": _in_own_process(step, given.events, home / "sqlite", "")}
    server = _postgres(given.postgres, is_new=step == "fill")
    if server:
        found["PostgreSQL"] = _in_own_process(step, given.events, home / "postgresql", server)
    return found


def _in_own_process(step: str, events: int, home: Path, database: str) -> dict[str, float]:
    home.mkdir(parents=True, exist_ok=True)
    if step == "fill":
        (home / "sojourn.sqlite3").unlink(missing_ok=True)
    environment = os.environ | {
        "SOJOURN_HOME": str(home),
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
    }
    done = subprocess.run(
        [sys.executable, __file__, "--events", str(events), "--inside", step],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _postgres(server: str, *, is_new: bool) -> str:
    import psycopg

    try:
        with psycopg.connect(server, autocommit=True) as connection:
            if is_new:
                connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError as error:
        print(f"PostgreSQL is left out: {error}", file=sys.stderr)
        return ""
    return f"{server.rpartition('/')[0]}/{DATABASE}"


def _fill(events: int) -> dict[str, float]:
    """Write events as the site does (three of four are reads of a person), then seal and sign them."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from sojourn.foundation import bulk
    from sojourn.foundation.audit import operations
    from sojourn.foundation.audit.models import Seal

    call_command("migrate", "audit", verbosity=0)
    chance, begin = random.Random(7), datetime(2026, 3, 1, tzinfo=UTC)
    for start in range(0, events, BATCH):
        with transaction.atomic():
            bulk.insert(
                [
                    _event(number, chance, begin)
                    for number in range(start, min(events, start + BATCH))
                ]
            )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_pending (event_id) SELECT id FROM audit_auditevent ORDER BY id"
        )
    wall, processor, step = 0.0, 0.0, max(1, events // CHECKPOINTS)
    while True:
        began, spent = time.perf_counter(), time.process_time()
        sealed = operations.seal(limit=step)
        wall, processor = (
            wall + time.perf_counter() - began,
            processor + time.process_time() - spent,
        )
        if not sealed:
            break
        operations.checkpoint(at=begin + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"events": Seal.objects.count(), "seal_s": wall, "seal_cpu_s": processor}


def _event(number: int, chance: random.Random, begin: datetime) -> "object":
    from uuid import UUID

    from sojourn.foundation.audit.models import AuditEvent

    user, person = UUID(int=chance.getrandbits(128)), UUID(int=chance.getrandbits(128))
    is_read = number % 4 != 0
    keys: dict[str, object] = (
        {"why": "assistance"} if is_read else {"kind": "medical", "to": str(user)}
    )
    return AuditEvent(
        what="person.read" if is_read else "need.recorded",
        about=f"person:{person}",
        by=f"user:{UUID(int=number % 50)}",
        at=begin + timedelta(microseconds=number * 80_017),
        keys=keys,
        person_id=person,
        is_read=is_read,
    )


def _measure() -> dict[str, float]:
    import django

    django.setup()
    from sojourn.foundation.audit import queries

    walls, processors, hashes = [], [], []
    for _run in range(RUNS):
        began, spent = time.perf_counter(), time.process_time()
        verdict = queries.verify(kept=queries.kept_here())
        walls.append(time.perf_counter() - began)
        processors.append(time.process_time() - spent)
        hashes.append(_hashing(verdict.sealed))
        if not verdict.is_sound:
            raise SystemExit([str(problem) for problem in verdict.problems[:5]])
    return {
        "events": verdict.sealed,
        "checkpoints": verdict.checkpoints,
        "wall_s": statistics.median(walls),
        "slowest_s": max(walls),
        "cpu_s": statistics.median(processors),
        "hashing_s": statistics.median(hashes),
    }


def _hashing(events: int) -> float:
    """Seconds for the chain alone, over one canonical event that lies in memory."""
    one = b"x" * 330
    previous, began = b"\x00" * 32, time.perf_counter()
    for number in range(events):
        previous = sha256(previous + number.to_bytes(8, "big") + one).digest()
    return time.perf_counter() - began


def _write(measured: dict[str, dict[str, float]], filled: dict[str, dict[str, float]]) -> None:
    sys.path.insert(0, str(ROOT))
    from benchmarks.results import write_section

    lines = [
        "## Audit trail (`benchmarks/audit.py`)",
        "",
        f"Verifying reads every event, seal and checkpoint, recomputes each link and the tree (RFC 6962), and "
        f"compares; one process, median of {RUNS} runs. Hashing alone: the same number of links over bytes in "
        "memory, in turn with it. Sealing was timed while the databases were filled, other work beside it.",
        "",
        "| database | events | checkpoints | verified in s (slowest) | events a minute | CPU µs/event "
        "| hashing alone s | sealed events/s of CPU |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for database, found in measured.items():
        events = found["events"]
        sealing = filled[database]
        lines.append(
            f"| {database} | {events:,.0f} | {found['checkpoints']:.0f} "
            f"| {found['wall_s']:.1f} ({found['slowest_s']:.1f}) | {60 * events / found['wall_s']:,.0f} "
            f"| {1e6 * found['cpu_s'] / events:.1f} | {found['hashing_s']:.2f} "
            f"| {sealing['events'] / sealing['seal_cpu_s']:,.0f} |"
        )
    write_section("audit", lines, packages=["django", "psycopg", "cryptography"])


if __name__ == "__main__":
    main()
