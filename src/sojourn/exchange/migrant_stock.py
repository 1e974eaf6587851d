"""Migrant stock tables: how many people of an origin live in a destination, as CSV.

Columns by name: origin (``origin_iso3`` or ``nationality``), destination (``dest_iso3`` or ``country``), and people
(``people``, or the newest of columns such as ``y2020``). Codes are ISO 3166-1 alpha-3.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sojourn.exchange.reading import Reading, RowProblem, Unreadable
from sojourn.exchange.sentences import say
from sojourn.exchange.tables import read_table

_ORIGIN: Final = ("origin_iso3", "nationality", "origin")
_DESTINATION: Final = ("dest_iso3", "country", "destination")
_YEAR_COLUMN: Final = re.compile(r"y?((?:19|20)\d\d)")
_CODE: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class StockRow:
    """People from ``origin`` who live in ``destination`` (alpha-3); year 0 where the file does not say."""

    origin: str
    destination: str
    people: int
    year: int


def read_migrant_stock(content: bytes, *, filename: str = "") -> Reading[StockRow]:
    """Read a table of migrant stocks. Raises Unreadable without the needed columns."""
    table = read_table(content, filename=filename)
    titles = [title.strip().lower() for title in table.lines[0].cells]
    origin, destination = _column(titles, _ORIGIN), _column(titles, _DESTINATION)
    people, year = _people(titles)
    rows: list[StockRow] = []
    problems: list[RowProblem] = list(table.problems)
    for line in table.lines[1:]:
        cells = [*line.cells, *[""] * len(titles)]
        codes = cells[origin].strip().upper(), cells[destination].strip().upper()
        wrong = [code for code in codes if not _CODE.fullmatch(code)]
        count = cells[people].strip().replace(" ", "").replace(",", "")
        if wrong:
            problems.append(
                RowProblem(line.number, "code", say("no_country_code", text=wrong[0][:40]))
            )
        elif not count.isdecimal():
            problems.append(
                RowProblem(line.number, titles[people], say("no_number_of_people", text=count[:40]))
            )
        else:
            rows.append(StockRow(*codes, int(count), year))
    return Reading(tuple(rows), tuple(problems))


def _column(titles: Sequence[str], names: Sequence[str]) -> int:
    for name in names:
        if name in titles:
            return titles.index(name)
    raise Unreadable(say("no_columns", columns=names[0]), 1)


def _people(titles: Sequence[str]) -> tuple[int, int]:
    """The column of people and its year: the newest year, else the column `people`."""
    years = {
        int(found.group(1)): number
        for number, title in enumerate(titles)
        if (found := _YEAR_COLUMN.fullmatch(title))
    }
    if years:
        return years[max(years)], max(years)
    return _column(titles, ("people", "stock")), 0
