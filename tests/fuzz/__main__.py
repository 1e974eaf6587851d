"""Fuzzes every reader, or those named: `python -m tests.fuzz [TARGET…]`, one line of JSON each.

`SOJOURN_FUZZ_INPUTS` says how many inputs each gets (1,000,000), `SOJOURN_FUZZ_KEEP` where is kept what was learned
(`corpus/`) and what broke a reader. Exit status 1 when anything was found.
"""

import argparse
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.apart import SECONDS
from tests.fuzz.mutations import PIECES
from tests.fuzz.targets import TARGETS

MEMORY_MB = 512
LONGEST = 20_000


def main() -> int:
    """Fuzz, one target after the other."""
    parser = argparse.ArgumentParser(description="Fuzz the readers of strangers' files.")
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--first", type=int, default=0, help="where the numbered inputs begin")
    inputs = int(os.environ.get("SOJOURN_FUZZ_INPUTS", "1000000"))
    given = parser.parse_args()
    keep = Path(os.environ.get("SOJOURN_FUZZ_KEEP", tempfile.gettempdir())) / "sojourn-fuzz"
    keep.mkdir(parents=True, exist_ok=True)
    found = 0
    for name in given.targets or TARGETS:
        began = time.monotonic()
        run = apart if TARGETS[name].is_apart else guided
        result = run(name, inputs, given.first, keep)
        found += result["crashes"] + result["hangs"]
        seconds = round(time.monotonic() - began, 1)
        print(json.dumps({"target": name, **result, "seconds": seconds}), flush=True)  # noqa: T201
    return 1 if found else 0


def guided(name: str, inputs: int, first: int, keep: Path) -> dict[str, int]:
    """Run a target under atheris in a process of its own."""
    corpus = keep / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        good, words = Path(folder, "good"), Path(folder, "words")
        good.mkdir()
        for number, seed in enumerate(TARGETS[name].seeds()):
            (good / str(number)).write_bytes(seed[:LONGEST])
        words.write_text("".join(f'"{_escaped(one)}"\n' for one in PIECES if one))
        options = {
            "runs": inputs,
            "seed": first + 1,
            "timeout": SECONDS,
            "rss_limit_mb": MEMORY_MB,
            "max_len": LONGEST,
            "dict": words,
            "artifact_prefix": f"{keep}/{name}-",
            "print_final_stats": 1,
        }
        given = [f"-{option}={value}" for option, value in options.items()]
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.guided", name, corpus, good, *given],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    said = done.stderr
    if done.returncode:
        print(done.stdout[-4_000:], said[-1_000:], file=sys.stderr)  # noqa: T201
    hangs = said.count("ERROR: libFuzzer: timeout")
    return {
        "inputs": _figure(said, "number_of_executed_units"),
        "crashes": int(done.returncode != 0 and not hangs),
        "hangs": hangs,
        "ended_by_memory": 0,
        "peak_mb": _figure(said, "peak_rss_mb"),
        "slowest_s": _figure(said, "slowest_unit_time_sec"),
    }


def apart(name: str, inputs: int, first: int, keep: Path) -> dict[str, int]:
    """Run a decoder within its bounds; one that its bounds ended is begun again behind that input."""
    counter = keep / f"{name}-{os.getpid()}.counter"
    counter.write_bytes(bytes(8))
    at, last = first, first + inputs
    crashes = hangs = ended = 0
    while at < last:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.apart", name, str(at), str(last), counter],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            break
        number = int.from_bytes(counter.read_bytes(), "big")
        is_hang = done.returncode == -signal.SIGALRM
        is_bound = done.returncode in {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGKILL}
        hangs += is_hang
        ended += is_bound
        if not (is_hang or is_bound):
            crashes += 1
        print(name, number, done.returncode, done.stderr[-1_500:], file=sys.stderr)  # noqa: T201
        at = number + 1
    counter.unlink()
    return {
        "inputs": inputs,
        "crashes": crashes,
        "hangs": hangs,
        "ended_by_memory": ended,
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def _figure(said: str, name: str) -> int:
    found = re.search(rf"stat::{name}:\s+(\d+)", said)
    return int(found[1]) if found else 0


def _escaped(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)


if __name__ == "__main__":
    sys.exit(main())
