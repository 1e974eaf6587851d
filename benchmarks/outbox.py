"""How fast the outbox sends, as a share of the same client without a database, and against Celery and dramatiq.

Run: `.venv/bin/python -m benchmarks.outbox [--messages N] [--rounds N] [--postgres URL] [--engines PYTHON]
[--part shares|engines|both]`.
`--engines` names a Python that has celery, dramatiq and redis (see requirements/bench.txt). The sides take turns.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from benchmarks.results import write_section

ROOT = Path(__file__).resolve().parents[1]
GATEWAY = ROOT / "tests" / "response" / "outreach" / "outbox" / "gateway.py"
CONNECTIONS = {0: 64, 50: 512}
CELERY = "-m celery -A benchmarks.outbox_engines worker -P threads -c 32 -l ERROR"
DRAMATIQ = "-m dramatiq benchmarks.outbox_engines --processes 2 --threads 16"
ENGINE_COMMANDS = {"celery": CELERY.split(), "dramatiq": DRAMATIQ.split()}
ENGINE_NAMES = {"celery": "Celery on RabbitMQ, late ack", "dramatiq": "dramatiq on Redis"}


@dataclass(frozen=True, slots=True)
class Side:
    """One run of one side."""

    per_s: float
    cpu_us: float


def call(environment: dict[str, str], *words: str) -> str:
    """Run one step in a process of its own and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.outbox_side", *words],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def side(environment: dict[str, str], *words: str) -> Side:
    """Run one side and return its speed."""
    said = json.loads(call(environment, *words).splitlines()[-1])
    return Side(said["number"] / said["seconds"], said["cpu_s"] / said["number"] * 1e6)


def get(url: str, path: str) -> object:
    """Ask the gateway."""
    with urlopen(f"{url}/{path}", timeout=30) as page:
        body = page.read()
    return json.loads(body) if body else None


@contextmanager
def gateway(latency_ms: int) -> Iterator[str]:
    """Run a gateway for a while and give its address."""
    with subprocess.Popen(
        [sys.executable, str(GATEWAY), "--knows-keys", "--latency-ms", str(latency_ms)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.stdin.close()


def check(url: str, number: int) -> None:
    """Fail when the gateway did not get each message exactly once."""
    counts = get(url, "counts")
    if counts != {"taken": number, "doubled": 0}:
        raise RuntimeError(f"the gateway has {counts}, not {number}")


def compare(
    url: str, environment: dict[str, str], connections: int, *, number: int, rounds: int
) -> list[tuple[Side, Side]]:
    """Let the raw client and the outbox take turns; each is first as often as the other."""
    pairs = []
    for turn in range(rounds):
        found: dict[str, Side] = {}
        for name in ("raw", "outbox") if turn % 2 == 0 else ("outbox", "raw"):
            get(url, "forget")
            if name == "raw":
                found[name] = side(environment, "raw", str(number), url, str(connections))
            else:
                call(environment, "rewind", url, str(connections))
                found[name] = side(environment, "outbox")
            check(url, number)
        pairs.append((found["raw"], found["outbox"]))
    return pairs


def engine(python: str, name: str, url: str, number: int) -> Side:
    """Let one engine send what was put in its queue; timed by the gateway, from the first to the last."""
    environment = {**os.environ, "BENCH_ENGINE": name, "BENCH_GATEWAY": url}
    get(url, "forget")
    subprocess.run(
        [python, "-m", "benchmarks.outbox_engines", str(number)],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    worker = subprocess.Popen(
        [python, *ENGINE_COMMANDS[name]],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        counts = get(url, "counts")
        if isinstance(counts, dict) and counts["taken"] >= number:
            break
        time.sleep(0.2)
    seconds = float(str(get(url, "seconds")))
    worker.terminate()
    _, _, usage = os.wait4(worker.pid, 0)
    check(url, number)
    return Side(number / seconds, (usage.ru_utime + usage.ru_stime) / number * 1e6)


def environment_for(database: str, home: str) -> dict[str, str]:
    """Return the environment of a side that works on a database."""
    return {
        **os.environ,
        "DATABASE_URL": database,
        "SOJOURN_HOME": home,
        "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
        "SOJOURN_LOG": "ERROR",
    }


def line_of(database: str, latency: int, pairs: Sequence[tuple[Side, Side]]) -> str:
    """Return a row of the table: medians, and the median of the ratios of the pairs."""
    raw = statistics.median(raw.per_s for raw, _ in pairs)
    own = statistics.median(own.per_s for _, own in pairs)
    ratios = sorted(own.per_s / raw.per_s for raw, own in pairs)
    cpu_raw = statistics.median(raw.cpu_us for raw, _ in pairs)
    cpu_own = statistics.median(own.cpu_us for _, own in pairs)
    return (
        f"| {database} | {latency} ms | {CONNECTIONS[latency]} | {raw:,.0f} | {own:,.0f} |"
        f" **{statistics.median(ratios):.0%}** ({ratios[0]:.0%} to {ratios[-1]:.0%}) |"
        f" {cpu_raw:.0f} | {cpu_own:.0f} |"
    )


def prepare(given: argparse.Namespace, folder: str) -> dict[str, dict[str, str]]:
    """Fill the databases and return the environment of each."""
    databases = {"SQLite": f"sqlite:///{folder}/bench.sqlite3"}
    if given.postgres:
        databases["PostgreSQL"] = given.postgres
    environments = {name: environment_for(url, folder) for name, url in databases.items()}
    for environment in environments.values():
        call(environment, "fill", str(given.messages), "http://127.0.0.1:9", "64")
    return environments


def shares(given: argparse.Namespace, environments: dict[str, dict[str, str]]) -> list[str]:
    """Measure the share of the raw client and return the lines of the section."""
    rows = []
    for latency, connections in CONNECTIONS.items():
        with gateway(latency) as url:
            for name, environment in environments.items():
                pairs = compare(
                    url,
                    environment,
                    connections,
                    number=given.messages,
                    rounds=given.rounds,
                )
                rows.append(line_of(name, latency, pairs))
                sys.stderr.write(rows[-1] + "\n")
    return [
        "## Outbox (`benchmarks/outbox.py`)",
        "",
        f"{given.messages:,} messages to a gateway on loopback in the Kannel form, {given.rounds} rounds,"
        " sides in turn."
        " Raw: the same client, texts in memory, no database. Outbox: claimed, opened, sent, settled, each exactly"
        " once by the gateway's count. Bodies are sealed; commits are durable (SQLite FULL, PostgreSQL on).",
        "",
        "| database | gateway answers after | connections | raw, msg/s | outbox, msg/s | share (range) |"
        " raw CPU µs/msg | outbox CPU µs/msg |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
    ]


def against_engines(
    given: argparse.Namespace, url: str, environments: dict[str, dict[str, str]]
) -> list[str]:
    """Let the engines and the outbox take turns and return the lines of the table."""
    number = min(given.messages, 5_000)
    found: dict[str, list[Side]] = {}
    for _ in range(given.rounds):
        for name in ENGINE_COMMANDS:
            found.setdefault(ENGINE_NAMES[name], []).append(
                engine(given.engines, name, url, number)
            )
        for name, environment in environments.items():
            get(url, "forget")
            call(environment, "rewind", url, "64")
            found.setdefault(f"outbox on {name}", []).append(side(environment, "outbox"))
    fastest = max(
        statistics.median(one.per_s for one in found[name]) for name in ENGINE_NAMES.values()
    )
    return [
        "## Outbox against task engines (`benchmarks/outbox.py`)",
        "",
        f"One request a message, gateway answers at once; {number:,} messages an engine, timed by"
        f" the gateway from the first to the last; {given.messages:,} for the outbox, timed from its start to its end."
        " The CPU of the engines includes their start.",
        "",
        "| engine | msg/s | against the faster engine | CPU µs/msg of the worker |",
        "|---|---|---|---|",
        *(
            f"| {name} | {statistics.median(one.per_s for one in sides):,.0f}"
            f" | {statistics.median(one.per_s for one in sides) / fastest:.1f} ×"
            f" | {statistics.median(one.cpu_us for one in sides):.0f} |"
            for name, sides in found.items()
        ),
    ]


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgres", default="", help="address of an empty database")
    parser.add_argument("--engines", default="", help="a Python with celery, dramatiq and redis")
    parser.add_argument("--part", choices=["shares", "engines", "both"], default="both")
    parser.add_argument("--note", default="", help="what else to say of the run")
    given = parser.parse_args()
    packages = ("django", "psycopg", "uvloop", "celery")
    with tempfile.TemporaryDirectory() as folder:
        environments = prepare(given, folder)
        if given.part != "engines":
            lines = shares(given, environments)
            write_section("outbox", [*lines, "", said_of(given)], packages=packages)
        if given.engines and given.part != "shares":
            with gateway(0) as url:
                lines = against_engines(given, url, environments)
            write_section("outbox-engines", [*lines, "", said_of(given)], packages=packages)


def said_of(given: argparse.Namespace) -> str:
    """Return what a reader must know of the machine during the run."""
    load = os.getloadavg()[1]
    return f"Load average over five minutes at the end: {load:.1f}. {given.note}".rstrip()


if __name__ == "__main__":
    main()
