"""``sojourn alerts read FILE… [--json]``: every alert of the files as one JSON object a line."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

from sojourn.exchange.alerts.read import located, read_file
from sojourn.exchange.alerts.shape import as_json
from sojourn.exchange.hostile import read_bounded
from sojourn.exchange.reading import Problem, RowProblem, Unreadable

DONE: Final = 0
WITH_PROBLEMS: Final = 1
UNUSABLE: Final = 2


def run(argv: Sequence[str], out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Print the alerts to standard output, the problems to standard error; return the exit status.

    A bad file never takes the good ones with it; the status is that of the worst.
    """
    out, err = out or sys.stdout, err or sys.stderr
    try:
        options = _parser().parse_args(list(argv))
    except SystemExit as leaving:
        return UNUSABLE if leaving.code else DONE
    try:
        pinned = [read_bounded(path).decode("ascii") for path in options.trust]
    except (OSError, UnicodeDecodeError) as error:
        print(f"The certificate cannot be read: {error}", file=err)
        return UNUSABLE
    return max(_read(path, pinned, out, err) for path in options.files)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sojourn alerts read", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a line (the default)")
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        type=Path,
        metavar="CERTIFICATE",
        help="a certificate (PEM) whose signatures are to be believed; may be repeated",
    )
    return parser


def _read(path: Path, pinned: Sequence[str], out: TextIO, err: TextIO) -> int:
    try:
        reading = read_file(path, pinned)
    except Unreadable as refusal:
        print(_line(path, refusal.line, refusal.problem), file=err)
        return UNUSABLE
    except OSError as error:
        print(f"{path}: {error.strerror or error}", file=err)
        return UNUSABLE
    problems: list[Problem | RowProblem] = [*reading.problems]
    for alert in reading.rows:
        print(json.dumps(as_json(alert), ensure_ascii=False), file=out)
        problems += alert.problems
    for problem in problems:
        print(_line(path, *located(problem)), file=err)
    return WITH_PROBLEMS if problems else DONE


def _line(path: Path, line: int | None, words: str) -> str:
    return f"{path}:{line}: {words}" if line else f"{path}: {words}"
