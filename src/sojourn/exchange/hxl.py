"""Tables with HXL 1.1 tags: a row of headings, a row of tags, rows of data, as CSV.

Humanitarian Exchange Language, version 1.1 (2018). Text that a spreadsheet would run as a formula is made harmless;
names and tags are checked, so that a file that leaves here can be read by any HXL reader.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

TAG: Final = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*")
STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | float | None


class NotHxl(ValueError):
    """The table cannot be written as HXL; the message says why."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading for people and a tag for machines, such as `#affected+ind+safe`."""

    heading: str
    tag: str

    def __post_init__(self) -> None:
        """Refuse a tag that is not one."""
        if not TAG.fullmatch(self.tag):
            raise NotHxl(f"{self.tag!r} is not an HXL tag.")


def csv_bytes(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return the file in UTF-8, with the same bytes for the same table. None is an empty cell."""
    if not columns:
        raise NotHxl("A table needs columns.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise NotHxl(f"Row {number} has {len(row)} cells and not {len(columns)}.")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(column.heading) for column in columns])
    writer.writerow([column.tag for column in columns])
    writer.writerows([[_written(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8")


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def _written(cell: Cell) -> Cell:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else cell
