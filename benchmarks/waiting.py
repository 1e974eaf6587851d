"""How long others wait to write, on SQLite, while an exercise is begun and taken away again.

    python benchmarks/waiting.py [--people 5000]

A second process writes one small row every 20 ms, as a reply would come in, and notes how long each took. Once the
exercise is prepared step by step, as the worker does it; once all in one transaction. The rows of other sizes stay.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

PAUSE_S = 0.02
HEAD = "| people | how | deed | takes s | others wait, longest ms | 99 % ms | writes |"
PROBE = """
import json, sqlite3, sys, threading, time
path, pause = sys.argv[1], float(sys.argv[2])
base = sqlite3.connect(path, timeout=120, isolation_level=None)
base.execute("PRAGMA synchronous=FULL")
base.execute("CREATE TABLE IF NOT EXISTS probe (at REAL)")
stop, waits = threading.Event(), []
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
print("ready", flush=True)
while not stop.is_set():
    began = time.perf_counter()
    base.execute("BEGIN IMMEDIATE")
    base.execute("INSERT INTO probe VALUES (?)", (began,))
    base.execute("COMMIT")
    waits.append(time.perf_counter() - began)
    time.sleep(pause)
print(json.dumps(waits), flush=True)
"""


def main() -> None:
    """Measure in a folder of its own, then write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "SOJOURN_HOME": home,
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
            "SOJOURN_PORT": "47210",  # nobody is there
        }
        rows = [line for how in ("in steps", "at once") for line in _measured(people, how)]
    _write(people, rows)


def _measured(people: int, how: str) -> list[str]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils.timezone import now

    from sojourn.foundation.audit.terms import System
    from sojourn.foundation.organisations import operations as organisations
    from sojourn.foundation.organisations.models import User
    from sojourn.procedures.exercise import operations
    from sojourn.procedures.exercise.models import Exercise

    call_command("migrate", verbosity=0)
    player = User.objects.filter(username="player").first() or organisations.add_user(
        username="player", password=None, display_name="P", by=System("benchmark"), at=now()
    )

    def begin() -> None:
        operations.start_exercise(
            scenario="kathmandu", people=people, seed=1, speed=60, by=player, at=now()
        )

    def take_away() -> None:
        operations.reset_exercise(exercise_id=Exercise.objects.get().pk, by=player, at=now())

    found = []
    for name, deed in (("begin", begin), ("take away", take_away)):
        probe = _probe(str(connection.settings_dict["NAME"]))
        began = time.perf_counter()
        if how == "in steps":
            deed()
        else:
            with transaction.atomic():
                deed()
        took = time.perf_counter() - began
        waits = sorted(json.loads(probe.communicate("stop\n")[0]))
        longest, most = waits[-1] * 1000, waits[int(0.99 * len(waits))] * 1000
        found.append(
            f"| {people:,} | {how} | {name} | {took:.1f} | {longest:.0f} | {most:.0f} | {len(waits)} |"
        )
        print(found[-1], file=sys.stderr)
    return found


def _probe(database: str) -> "subprocess.Popen[str]":
    probe = subprocess.Popen(
        [sys.executable, "-c", PROBE, database, str(PAUSE_S)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert probe.stdout is not None
    probe.stdout.readline()
    return probe


def _write(people: int, rows: list[str]) -> None:
    from results import rows_of, write_section

    kept = [row for row in rows_of("waiting") if not row.startswith(f"| {people:,} ")]
    lines = [
        "## How long others wait while an exercise is begun (SQLite)",
        "",
        "`python benchmarks/waiting.py`: a second process writes a row every 20 ms and waits for the disk, while one "
        "process begins an exercise and takes it away: step by step as the worker does, and all in one transaction. "
        f"Load of the machine at the end: {os.getloadavg()[0]:.0f}.",
        "",
        HEAD,
        "|---|" + "---|" * (HEAD.count("|") - 2),
        *sorted([*kept, *rows], key=lambda row: int(row.split("|")[1].strip().replace(",", ""))),
    ]
    write_section("waiting", lines, packages=["django"])


if __name__ == "__main__":
    main()
