"""Writes one section of benchmarks/RESULTS.md and leaves the others as they are."""

import platform
import re
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = (
    "# Benchmarks\n\nEach section was written by the script it names, on the machine it names. "
    "Compare ratios, not seconds: both sides of a ratio ran in turn in one run.\n"
)


def write_section(name: str, lines: Sequence[str], *, packages: Sequence[str] = ()) -> None:
    """Replace the section between `<!-- name -->` and `<!-- /name -->`, or add it at the end."""
    body = "\n".join([f"<!-- {name} -->", *lines, "", _machine(packages), f"<!-- /{name} -->"])
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else HEAD
    section = re.compile(rf"<!-- {name} -->.*<!-- /{name} -->", re.DOTALL)
    text = section.sub(lambda _: body, text) if section.search(text) else f"{text}\n{body}\n"
    RESULTS.write_text(text, encoding="utf-8")


def rows_of(name: str) -> list[str]:
    """Return the rows of the tables that stand in a section, without heads: for a run that does a part anew."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    section = re.search(rf"<!-- {name} -->.*<!-- /{name} -->", text, re.DOTALL)
    rows = (
        [line for line in section.group().splitlines() if line.startswith("| ")] if section else []
    )
    return rows[1:]


def _machine(packages: Sequence[str]) -> str:
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for package in packages:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"{package} not installed")
    when = datetime.now(UTC).date().isoformat()
    return f"*{when}, {_processor()}, {_cores()} cores. {', '.join(versions)}.*"


def _processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    named = re.search(r"model name\s*:\s*(.+)", facts)
    return named.group(1) if named else platform.machine()


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
