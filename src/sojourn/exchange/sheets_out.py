"""The one writer of tables that leave here, as CSV or XLSX. Nothing in them runs, and nothing is hidden.

A cell that a spreadsheet would take for a formula is kept as the text it is (OWASP 2021, CSV Injection;
ASVS 5.0, 1.2.10). Writers of single formats (`hxl`, `hsds`, `people_points`) write through this.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import xlsxwriter

LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
LONGEST_CELL: Final = 32_767  # of a spreadsheet; what is beyond would be lost without a word
_CUT: Final = "…"
# Where commas are decimal, a spreadsheet parts a line of CSV at semicolons, in the middle of our cells,
# and takes our quotation marks for others'.
_LIVE_WITHIN: Final = re.compile(r"(?<=[;\t\r\n|])([ \"']*)(?=[=+\-@＝＋－＠])")

Cell = str | int | float | None


def guarded(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: ' before what would begin one.

    A telephone number begins with + and is guarded too.
    """
    if not isinstance(cell, str):
        return cell
    text = _LIVE_WITHIN.sub(r"\1'", cell)
    return f"'{text}" if is_live(text) else text


def is_live(text: str) -> bool:
    """Return whether a spreadsheet may take a text for a formula, its spaces and quotation marks passed over."""
    return text.lstrip(' "').startswith(LIVE)


def bare(text: str) -> str:
    """Return what a guarded cell says: the cell without the mark before its beginning."""
    return text[1:] if text[:1] == "'" and is_live(text[1:]) else text


def csv_lines(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, ends: str = "\r\n"
) -> Iterator[str]:
    """Yield a table as lines of CSV (RFC 4180). None is an empty cell."""
    for cells in chain([headings], rows):
        yield csv_line(cells, ends=ends)


def csv_line(cells: Sequence[Cell], *, ends: str = "\r\n") -> str:
    """Return one line of CSV, its end included."""
    line = io.StringIO()
    csv.writer(line, lineterminator=ends).writerow([guarded(cell) for cell in cells])
    return line.getvalue()


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV in UTF-8 with a mark, so that spreadsheets read every script."""
    return "".join(csv_lines(headings, rows)).encode("utf-8-sig")


def as_xlsx(
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    is_right_to_left: bool = False,
) -> bytes:
    """Return a table as a workbook of one sheet, nothing hidden, text as text."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(title[:31])
    if is_right_to_left:
        sheet.right_to_left()
    bold = book.add_format({"bold": True})
    quoted = book.add_format(
        {"quote_prefix": True}
    )  # the ' of a spreadsheet, which it does not show
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, _bounded(heading), bold)
    for place, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                form = quoted if is_live(cell) else None
                sheet.write_string(place, column, _bounded(cell), form)
            elif cell is not None and math.isfinite(cell):
                sheet.write_number(place, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return stream.getvalue()


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + _CUT
