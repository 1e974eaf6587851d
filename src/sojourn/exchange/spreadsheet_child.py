"""Opens one spreadsheet in a process of its own, with bounds on memory and time.

A cell far out in an otherwise empty sheet makes any reader ask for gigabytes: then this process
ends, and the site does not.
"""

import datetime
import io
import json
import resource
import sys
from typing import Any, Final

import python_calamine

MEMORY_BYTES: Final = 1_500_000_000
CPU_SECONDS: Final = 45


def main() -> int:
    """Read, answer with one JSON object on standard output, and go."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    most_rows = int(sys.argv[1])
    try:
        answer = _read(io.BytesIO(sys.stdin.buffer.read()), most_rows)
    except python_calamine.PasswordError:
        answer = {"refusal": "The file is locked with a password."}
    except (python_calamine.CalamineError, ValueError, OSError):
        answer = {"refusal": "The file is damaged, or is no spreadsheet."}
    json.dump(answer, sys.stdout)
    return 0


def _read(stream: io.BytesIO, most_rows: int) -> dict[str, Any]:
    """Return the first sheet that is seen and holds something, and the names of those left out."""
    book = python_calamine.CalamineWorkbook.from_filelike(stream)
    chosen: dict[str, Any] | None = None
    left: list[tuple[str, str]] = []
    for facts in book.sheets_metadata:
        if facts.typ != python_calamine.SheetTypeEnum.WorkSheet:
            left.append((facts.name, "it is no table"))
        elif facts.visible != python_calamine.SheetVisibleEnum.Visible:
            left.append((facts.name, "it is hidden"))
        elif chosen is None:
            rows = _rows_of(book.get_sheet_by_name(facts.name), most_rows)
            if rows:
                chosen = {"sheet": facts.name, "rows": rows}
        else:
            left.append((facts.name, "one sheet is read at a time"))
    if chosen is None:
        return {"refusal": "No sheet of the file holds a table."}
    return {**chosen, "left": left}


def _rows_of(sheet: python_calamine.CalamineSheet, most_rows: int) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        texts = [_text_of(cell) for cell in cells]
        if any(texts):
            rows.append((number, texts))
        if len(rows) > most_rows:
            break
    return rows


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
