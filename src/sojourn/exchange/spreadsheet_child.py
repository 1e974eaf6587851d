"""Opens one spreadsheet in a process of its own, with bounds on memory and time.

A cell far out in an otherwise empty sheet makes any reader ask for gigabytes: then this process
ends, and the site does not.
"""

import datetime
import io
import json
import sys
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

import python_calamine

from sojourn.exchange.containers import check_spreadsheet
from sojourn.exchange.content_kinds import Kind, kind_of
from sojourn.exchange.hidden_rows import check_whole, hidden_in
from sojourn.exchange.limited_process import confine
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sentences import say

Row = tuple[int, list[str]]


class Facts(NamedTuple):
    """What the first line of the answer tells of the sheet that was read."""

    sheet: str
    left: list[tuple[str, str]]
    hidden_rows: list[list[int]]
    hidden_columns: list[list[int]]


_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")


def main() -> int:
    """Read, answer with JSON on standard output (facts in the first line, then one row a line), and go."""
    confine()
    for line in answer(sys.stdin.buffer.read(), most_rows=int(sys.argv[1])):
        print(json.dumps(line))  # noqa: T201  # this is the answer
    return 0


def answer(content: bytes, *, most_rows: int) -> Iterator[object]:
    """Yield the facts of the sheet or a refusal, then its rows as number and cells."""
    try:
        yield from _read(content, most_rows)
    except Unreadable as refusal:
        yield {"refusal": refusal.sentence.packed()}
    except python_calamine.PasswordError:
        yield {"refusal": say("file_locked").packed()}
    except (python_calamine.CalamineError, ValueError, OSError):
        yield {"refusal": say("file_no_spreadsheet").packed()}


def _read(content: bytes, most_rows: int) -> Iterator[object]:
    _check(content)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    name, rows, left = _first_seen(book)
    if not name:
        raise Unreadable(say("file_no_sheet"))
    hidden = hidden_in(content, sheet=name)
    yield Facts(name, left, hidden.rows, hidden.columns)._asdict()
    yield from islice(rows, most_rows + 1)


def _check(content: bytes) -> None:
    kind = kind_of(content)
    if kind != Kind.OLD_OFFICE:
        check_spreadsheet(content)
    elif _MACROS in content:
        raise Unreadable(say("file_macros"))
    if kind == Kind.ODS:
        check_whole(content)


def _first_seen(
    book: python_calamine.CalamineWorkbook,
) -> tuple[str, Iterator[Row], list[tuple[str, str]]]:
    """The first sheet that is seen and holds something: name and rows; and the others, with why not."""
    name = ""
    rows: Iterator[Row] = iter(())
    left: list[tuple[str, str]] = []
    for facts in book.sheets_metadata:
        if facts.typ != python_calamine.SheetTypeEnum.WorkSheet:
            left.append((facts.name, "sheet_no_table"))
        elif facts.visible != python_calamine.SheetVisibleEnum.Visible:
            left.append((facts.name, "sheet_hidden"))
        elif name:
            left.append((facts.name, "sheet_beyond"))
        else:
            found = _rows_of(book.get_sheet_by_name(facts.name))
            if first := next(found, None):
                name, rows = facts.name, chain([first], found)
    return name, rows, left


def _rows_of(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    """The rows that hold anything, by their number, from the first column on."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [_text_of(cell) for cell in cells]
        if any(texts):
            yield number, before + texts


def _text_of(cell: object) -> str:
    """As a person would read it: a telephone number kept as a number has no decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
