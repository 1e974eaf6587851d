"""How long the board and the queue take with 100,000 cases, on SQLite and PostgreSQL.

    python benchmarks/board.py [--cases 100000] [--postgres postgres://postgres@127.0.0.1:5432/postgres]

Every page is asked for through the whole of Django (middleware, queries, templates) by the test client, in one
process, as a duty officer: no network, no other readers. The two databases are filled with the same cases.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AREAS = 40
NATIONS = (
    ("PHL", "fil"),
    ("BGD", "bn"),
    ("VNM", "vi"),
    ("IND", "hi"),
    ("ETH", "am"),
    ("UKR", "uk"),
)
RUNS = 25
BATCH = 5_000


def main() -> None:
    """Fill and measure each database in a process of its own, then write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--postgres", default="postgres://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(_measure(given.cases)))
        return
    found = {"SQLite": _in_own_process(given.cases, "")}
    _write(given.cases, found)
    database = _new_postgres(given.postgres)
    if database:
        found["PostgreSQL"] = _in_own_process(given.cases, database)
        _write(given.cases, found)


def _in_own_process(cases: int, database: str) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "SOJOURN_HOME": home,
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
        }
        done = subprocess.run(
            [sys.executable, __file__, "--cases", str(cases), "--inside", "yes"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


def _new_postgres(server: str) -> str:
    import psycopg

    name = "sojourn_bench_board"
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
    except psycopg.OperationalError as error:
        print(f"PostgreSQL is left out: {error}", file=sys.stderr)
        return ""
    return f"{server.rpartition('/')[0]}/{name}"


def _measure(count: int) -> dict[str, dict[str, float]]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    call_command("migrate", verbosity=0)
    crisis, officer = _fill(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what the database does by itself in time
    client = Client(headers={"host": "localhost"})
    client.force_login(officer)
    return {
        name: _timed(client, url)
        for name, url in _pages(str(crisis.pk)).items()
        if client.get(url).status_code == 200
    }


def _pages(crisis: str) -> dict[str, str]:
    from django.urls import reverse

    pages = {
        "board, whole page": reverse("board:crisis", args=[crisis]),
        "board, numbers": reverse("board:part", args=[crisis, "numbers"]),
        "board, course": reverse("board:part", args=[crisis, "course"]),
        "board, breakdowns": reverse("board:part", args=[crisis, "breakdowns"]),
        "board, last hour": reverse("board:part", args=[crisis, "hour"]),
        "board, map data": reverse("board:places", args=[crisis]),
        "situation report, page": reverse("situation:report", args=[crisis]),
    }
    pages["board, queue"] = reverse("board:part", args=[crisis, "queue"])
    pages["queue, first page"] = reverse("triage:crisis", args=[crisis])
    pages["queue, overdue only"] = reverse("triage:crisis", args=[crisis]) + "?clock=overdue"
    return pages


def _timed(client: "object", url: str) -> dict[str, float]:
    runs = 3 if "situation" in url else RUNS
    wall, processor = [], []
    for _ in range(runs):
        began, spent = time.perf_counter(), time.process_time()
        answer = client.get(url)  # type: ignore[attr-defined]  # Django's test client
        processor.append(time.process_time() - spent)
        wall.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")
    wall.sort()
    return {
        "median_ms": 1000 * statistics.median(wall),
        "p95_ms": 1000 * wall[min(len(wall) - 1, int(0.95 * len(wall)))],
        "cpu_ms": 1000 * statistics.median(processor),
        "bytes": len(answer.content),
    }


def _fill(count: int):
    from datetime import UTC, datetime, timedelta

    from django.utils.timezone import now

    from sojourn.foundation.audit.terms import System
    from sojourn.foundation.caseload import operations as caseload
    from sojourn.foundation.caseload.models import Case
    from sojourn.foundation.caseload.terms import Answer, CrisisKind, Stage, Standing
    from sojourn.foundation.organisations import operations as organisations
    from sojourn.foundation.organisations.terms import OrganisationKind, Role
    from sojourn.foundation.people.models import Person

    by, at = System("benchmark"), now() - timedelta(hours=6)
    long_ago, chance = datetime(2020, 1, 1, tzinfo=UTC), random.Random(7)
    state = organisations.found_organisation(
        name="A State", kind=OrganisationKind.STATE_OF_ORIGIN, country="PHL", by=by, at=long_ago
    )
    officer = organisations.add_user(
        username="duty", password=None, display_name="Duty", by=by, at=long_ago
    )
    organisations.give_role(
        user=officer, organisation=state, role=Role.DUTY_OFFICER, office=None, by=by, at=long_ago
    )
    crisis = caseload.open_crisis(
        facts=caseload.CrisisFacts(name="Quake", kind=CrisisKind.EARTHQUAKE, countries=["NPL"]),
        lead=state,
        by=by,
        at=at,
    )
    template = _person(state, at)
    for start in range(0, count, BATCH):
        people = Person.objects.bulk_create(
            template(number, chance) for number in range(start, min(count, start + BATCH))
        )
        caseload.open_cases(
            crisis=crisis,
            findings=[
                caseload.CaseFinding(
                    person=person,
                    answer=chance.choice(
                        [Answer.INSIDE, Answer.INSIDE, Answer.POSSIBLE, Answer.NEAR]
                    ),
                    band=chance.choice("678"),
                    area=f"Area {chance.randrange(AREAS)}",
                )
                for person in people
            ],
            what="exposed",
            by=by,
            at=at,
        )
        print(f"{start + len(people)} cases", file=sys.stderr)
    caseload.fold_tallies(at=at, limit=10_000_000)
    keys = list(Case.objects.filter(crisis=crisis).values_list("pk", flat=True))
    chance.shuffle(keys)
    for step in range(30):
        then = at + timedelta(minutes=12 * step)
        part = keys[step * count // 40 : (step + 1) * count // 40]
        for cases, standing in ((part[::5], Standing.IN_NEED), (part[1::2], Standing.SAFE)):
            caseload.change_cases(
                crisis=crisis,
                case_ids=cases,
                change=caseload.CaseChange(
                    what="reply",
                    stage=Stage.CONTACTED,
                    standing=standing,
                    is_messaged=True,
                    is_reached=True,
                ),
                by=by,
                at=then,
            )
        caseload.fold_tallies(at=then, limit=10_000_000)
    _put_in_need_into_the_queue(crisis, at, chance)
    return crisis, officer


def _put_in_need_into_the_queue(crisis, at, chance: random.Random) -> None:
    """Everyone in need waits with a priority, a clock, one need and the reason."""
    from datetime import timedelta

    from sojourn.foundation.caseload.models import Case
    from sojourn.response.triage.models import Assessment, Entry, Need, Report

    cases = list(Case.objects.filter(crisis=crisis, standing="in_need"))
    for case in cases:
        case.priority = chance.choice([1, 2, 2, 3, 3, 3, 4])
        case.due_at = at + timedelta(minutes=chance.randrange(720))
    Case.objects.bulk_update(cases, ["priority", "due_at"], batch_size=500)
    Entry.objects.bulk_create([Entry(case=case, since_at=at) for case in cases], batch_size=BATCH)
    reports = [
        Report(case=case, source="reply", said_by="person:x", said_at=at, digest=case.pk.bytes)
        for case in cases
    ]
    Report.objects.bulk_create(reports, batch_size=BATCH)
    Need.objects.bulk_create(
        [
            Need(case=report.case, report=report, kind="medical", severity="urgent", said_at=at)
            for report in reports
        ],
        batch_size=BATCH,
    )
    Assessment.objects.bulk_create(
        [
            Assessment(
                case=case,
                at=at,
                by="system:benchmark",
                rules_version="1",
                rules_priority=case.priority,
                priority=case.priority,
                due_min=120,
                due_at=case.due_at,
                reasons=[{"rule": "medical", "priority": case.priority, "words": "Medical help."}],
            )
            for case in cases
        ],
        batch_size=BATCH,
    )
    print(f"{len(cases)} of them in the queue", file=sys.stderr)


def _person(state, at):
    from sojourn.foundation.people.models import Person

    def make(number: int, chance: random.Random) -> Person:
        nationality, language = chance.choice(NATIONS)
        return Person(
            name=f"Person {number}",
            nationality=nationality,
            languages=[language],
            responsible=state,
            registered_at=at,
        )

    return make


def _write(cases: int, found: dict[str, dict[str, dict[str, float]]]) -> None:
    from results import write_section

    lines = [
        f"## Board and queue with {cases:,} cases",
        "",
        f"`python benchmarks/board.py`: one process, the test client, median of {RUNS} runs (3 for the report); "
        "wall clock, 95th percentile and processor time of the process, in ms. Time inside PostgreSQL's own "
        "processes is in the wall clock only. Numbers come from the tallies, never from the cases. "
        f"Load of the machine at the end: {os.getloadavg()[0]:.0f}.",
        "",
        "| page | " + " | ".join(f"{name} ms (p95, CPU)" for name in found) + " | kB |",
        "|---|" + "---|" * (len(found) + 1),
    ]
    first = next(iter(found.values()))
    for page, measured in first.items():
        cells = [
            "{median_ms:.0f} ({p95_ms:.0f}, {cpu_ms:.0f})".format(**by_page[page])
            if page in by_page
            else "–"
            for by_page in found.values()
        ]
        lines.append(f"| {page} | {' | '.join(cells)} | {measured['bytes'] / 1000:.0f} |")
    write_section("board", lines, packages=["django", "psycopg"])


if __name__ == "__main__":
    main()
