"""Disclosure control for tables of people: small cells hidden, and whatever would give them away.

Counts of people are personal data: "1 Filipino in Gorkha, in need" is a person. Cells from 1 to `minimum - 1` are
hidden (primary suppression); where a column's published total would give one hidden cell back, the next smallest
is hidden too (complementary suppression); what remains is rounded, so that two readings differ by more than one
person or not at all. Hundepool et al. (2012), Statistical Disclosure Control, chapter 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MINIMUM: Final = 10
ROUNDED_TO: Final = 5

Table = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Controlled:
    """A table that may be shown: row → column → count, None where the count is hidden."""

    cells: Mapping[str, Mapping[str, int | None]]
    hidden: int

    def cell(self, row: str, column: str) -> int | None:
        """Return one count; 0 where the table has none."""
        return self.cells.get(row, {}).get(column, 0)


def controlled_total(count: int, *, minimum: int = MINIMUM, base: int = ROUNDED_TO) -> int | None:
    """Return one count that stands alone, rounded; None when it is too small to show, 0 when it is 0."""
    if 0 < count < minimum:
        return None
    return rounded(count, base)


def controlled(table: Table, *, minimum: int = MINIMUM, base: int = ROUNDED_TO) -> Controlled:
    """Return a table of rows and columns with small cells hidden, column by column and row by row.

    Every column is taken to have a published total, and so is every row: neither may have exactly one hidden cell.
    """
    columns = sorted({column for row in table.values() for column in row})
    hidden = {
        (row, column)
        for row, counts in table.items()
        for column in columns
        if 0 < counts.get(column, 0) < minimum
    }
    while added := _complement(table, columns, hidden):
        hidden |= added
    cells = {
        row: {
            column: None if (row, column) in hidden else rounded(counts.get(column, 0), base)
            for column in columns
        }
        for row, counts in table.items()
    }
    return Controlled(cells=cells, hidden=len(hidden))


def rounded(count: int, base: int) -> int:
    """Return the nearest multiple of the base; halves go up."""
    return base * ((count + base // 2) // base)


def _complement(
    table: Table, columns: list[str], hidden: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Return the smallest further cell of the first line that has exactly one hidden cell."""
    lines = [[(row, column) for row in table] for column in columns]
    lines += [[(row, column) for column in columns] for row in table]
    for line in lines:
        inside = [cell for cell in line if cell in hidden]
        others = [(table[cell[0]].get(cell[1], 0), cell) for cell in line if cell not in hidden]
        countable = [pair for pair in others if pair[0] > 0]
        if len(inside) == 1 and countable:
            return {min(countable)[1]}
    return set()
