"""Tables with HXL 1.1 tags: a row of headings, a row of tags, rows of data, as CSV.

Humanitarian Exchange Language, version 1.1 (2018). Text that a spreadsheet would run as a formula is made harmless;
names and tags are checked, so that a file that leaves here can be read by any HXL reader.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sojourn.exchange.sheets_out import Cell, csv_line, csv_lines

TAG: Final = re.compile(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*")


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
    tags = csv_line([column.tag for column in columns])
    heading, *lines = csv_lines([column.heading for column in columns], rows)
    return "".join((heading, tags, *lines)).encode("utf-8")
