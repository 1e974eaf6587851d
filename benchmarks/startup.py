"""How long from `sojourn run` to a page: the first start on an empty home, then a start on a prepared one.

Run: `.venv/bin/python -m benchmarks.startup`. Compared with starting Python and importing Django alone.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.results import write_section

PORT = 18900
TIMES = 5


def start_once(home: str, port: int) -> float:
    """Return the seconds from the command to the first page; stops the site again."""
    environment = {**os.environ, "SOJOURN_HOME": home}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "sojourn.site.cli", "run", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    answer.read()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def import_django() -> float:
    """Return the seconds that a bare Python needs to set Django up with these settings."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "sojourn.site.settings"},
    )
    return time.perf_counter() - began


def main() -> None:
    """Measure both sides in turn and write the section."""
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder) / "home")
        first = start_once(home, PORT)
        later, bare = [], []
        for turn in range(TIMES):
            later.append(start_once(home, PORT + 10 * (turn + 1)))
            bare.append(import_django())
    median, floor = statistics.median(later), statistics.median(bare)
    write_section(
        "startup",
        [
            "## Start-up (`benchmarks/startup.py`)",
            "",
            "From the command to the first page answered, worker and gateway starting beside it.",
            "",
            "| start | seconds | against importing Django alone |",
            "|---|---|---|",
            f"| first, empty home (database made) | {first:.2f} | {first / floor:.1f} × |",
            f"| later, median of {TIMES} | {median:.2f} | {median / floor:.1f} × |",
            f"| slowest later one | {max(later):.2f} | {max(later) / floor:.1f} × |",
            f"| Python and Django alone | {floor:.2f} | 1 × |",
        ],
        packages=["django", "granian"],
    )


if __name__ == "__main__":
    main()
