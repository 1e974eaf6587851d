"""The rows of a spreadsheet (XLSX, XLS, ODS), opened apart from us, and what was odd about it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sojourn.exchange.limited_process import run_limited
from sojourn.exchange.reading import RowProblem, Unreadable
from sojourn.exchange.sentences import say, unpacked


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``rows`` are numbers, as a spreadsheet shows them, and cells."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    problems: tuple[RowProblem, ...]


def read_spreadsheet(content: bytes, *, most_rows: int) -> Sheet:
    """Return the first sheet that is seen and holds something, at most one row beyond ``most_rows``.

    Hidden rows and columns are read and told; other sheets are told and not read. Raises Unreadable.
    """
    answer = run_limited("spreadsheet_child", content, str(most_rows))
    facts, *rows = map(json.loads, answer.splitlines())
    for said in (facts, *rows[-1:]):  # it may break at any row
        if "refusal" in said:
            raise Unreadable(unpacked(said["refusal"]))
    told = tuple((int(number), tuple(cells)) for number, cells in rows)
    return Sheet(facts["sheet"], told, tuple(_problems(facts)))


def _problems(facts: dict[str, Any]) -> Iterator[RowProblem]:
    for name, why in facts["left"]:
        yield RowProblem(0, "", say(why, sheet=name))
    rows, columns = facts["hidden_rows"], facts["hidden_columns"]
    if rows:
        yield RowProblem(rows[0][0], "", say("hidden_rows", rows=_runs(rows, str)))
    if columns:
        yield RowProblem(0, "", say("hidden_columns", columns=_runs(columns, letters)))


def _runs(runs: list[list[int]], written: Callable[[int], str]) -> str:
    return ", ".join(
        written(first) if first == last else f"{written(first)}–{written(last)}"
        for first, last in runs
    )


def letters(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    named = ""
    while number:
        number, rest = divmod(number - 1, 26)
        named = chr(65 + rest) + named
    return named
