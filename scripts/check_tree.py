"""Refuses what must not be in the tree: machine paths, index hosts, forbidden names, oversize modules."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN_TEXT = {
    "a machine path": re.compile(r"/(?:work/main|root/|bash_jobs)"),
    "an index host": re.compile(
        r"py" r"pi\.org|python" r"hosted|registry\.npm" r"js|deb\.deb" r"ian\.org"
    ),
    "an excuse without an issue": re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b(?!.*#\d)"),
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "services", "misc", "signals"}
LONGEST_MODULE = 400
LARGEST_FILE = 4_500_000
IN_TESTS_AND_TOOLS_ONLY = {"unidecode", "djlint", "mrz", "libhxl"}


def tracked() -> list[Path]:
    """Return the files that git knows."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).exists()]


def problems_of(file: Path) -> list[str]:
    """Return what is wrong with one file."""
    found = []
    if file.stat().st_size > LARGEST_FILE:
        found.append(f"is larger than {LARGEST_FILE} bytes")
    if file.suffix == ".py" and file.stem in FORBIDDEN_NAMES:
        found.append(f"is called {file.stem}: name the thing by what it is about")
    if "vendor" in file.parts or file.suffix in {".png", ".geojson", ".ico", ".gz"}:
        return found
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return found
    for what, pattern in FORBIDDEN_TEXT.items():
        found += [
            f"line {number} holds {what}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    is_module = file.suffix == ".py" and "migrations" not in file.parts
    if is_module and text.count("\n") > LONGEST_MODULE:
        found.append(f"has {text.count(chr(10))} lines, more than {LONGEST_MODULE}")
    return found


def licence_problems() -> list[str]:
    """Return the packages that may only be used as tools but would be installed for users."""
    lines = (ROOT / "requirements" / "run.txt").read_text().splitlines()
    named = {line.split("==")[0].lower() for line in lines if "==" in line}
    return [
        f"requirements/run.txt holds {name}" for name in sorted(named & IN_TESTS_AND_TOOLS_ONLY)
    ]


def main() -> int:
    """Print every problem; return 1 when there was one."""
    found = [
        f"{file.relative_to(ROOT)} {problem}" for file in tracked() for problem in problems_of(file)
    ]
    found += licence_problems()
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
