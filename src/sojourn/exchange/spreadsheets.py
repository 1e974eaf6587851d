"""The rows of a spreadsheet (XLSX, XLS, ODS), opened apart from us, and what was odd about it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sojourn.exchange.limited_process import run_limited
from sojourn.exchange.reading import RowProblem, Unreadable


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
            raise Unreadable(str(said["refusal"]))
    told = tuple((int(number), tuple(cells)) for number, cells in rows)
    return Sheet(facts["sheet"], told, tuple(_problems(facts)))


def _problems(facts: dict[str, Any]) -> Iterator[RowProblem]:
    for name, why in facts["left"]:
        yield RowProblem(0, "", f"The sheet “{name}” was not read: {why}.")
    rows, columns = facts["hidden_rows"], facts["hidden_columns"]
    if rows:
        named = _runs(rows, str)
        yield RowProblem(rows[0][0], "", f"Hidden in the spreadsheet, and read: rows {named}.")
    if columns:
        named = _runs(columns, _letters)
        yield RowProblem(0, "", f"Hidden in the spreadsheet, and read: columns {named}.")


def _runs(runs: list[list[int]], written: Callable[[int], str]) -> str:
    return ", ".join(
        written(first) if first == last else f"{written(first)} to {written(last)}"
        for first, last in runs
    )


def _letters(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
