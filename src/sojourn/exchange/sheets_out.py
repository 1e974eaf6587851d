"""Tables handed out as CSV or XLSX. Nothing in them runs: a cell that looks like a formula is text."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

import xlsxwriter

_LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | None


def guarded(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: ' before what would begin one.

    OWASP (2021), CSV Injection. A telephone number begins with + and is guarded too.
    """
    if isinstance(cell, str) and cell.startswith(_LIVE):
        return "'" + cell
    return cell


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV in UTF-8 with a mark, so that spreadsheets read every script."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(headings)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    is_right_to_left: bool = False,
) -> bytes:
    """Return a table as a workbook of one sheet, nothing hidden, text as text."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet(title[:31])
    if is_right_to_left:
        sheet.right_to_left()
    bold = book.add_format({"bold": True})
    sheet.write_row(0, 0, headings, bold)
    for place, row in enumerate(rows, start=1):
        sheet.write_row(place, 0, ["" if cell is None else cell for cell in row])
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return stream.getvalue()
