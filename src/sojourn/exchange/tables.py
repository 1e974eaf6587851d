"""Any table a person may hand in (CSV, TSV, XLSX, XLS, ODS) as rows of text, each with its line.

Nothing is interpreted here but encoding, separator and sheet. Files are hostile until proven
otherwise: sizes are bounded, and spreadsheets opened apart (see `spreadsheets`).
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Final

from sojourn.exchange.content_kinds import SPREADSHEETS, TABLES, Kind, kind_of
from sojourn.exchange.reading import RowProblem, Unreadable
from sojourn.exchange.sentences import Sentence, say
from sojourn.exchange.sheets_out import bare
from sojourn.exchange.spreadsheets import read_spreadsheet

LARGEST_FILE_BYTES: Final = 20_000_000
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 4_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stands in the file. ``number`` counts from 1, as a spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet, how they were read, and what was odd about the file."""

    lines: tuple[Line, ...]
    form: Sentence
    problems: tuple[RowProblem, ...]


def read_table(content: bytes, *, filename: str = "") -> Table:
    """Return the table in a file; its name only helps where the content does not tell.

    Empty rows are left out. Raises Unreadable.
    """
    if not content.strip():
        raise Unreadable(say("file_empty"))
    if len(content) > LARGEST_FILE_BYTES:
        raise Unreadable(say("file_too_large", megabytes=LARGEST_FILE_BYTES // 1_000_000))
    kind = kind_of(content)
    if kind in SPREADSHEETS | {Kind.ZIP, Kind.DOCUMENT}:
        sheet = read_spreadsheet(content, most_rows=MOST_ROWS)
        rows = [Line(number, cells) for number, cells in sheet.rows]
        return _tidy(rows, say("read_as_sheet", sheet=sheet.name), list(sheet.problems))
    if kind not in TABLES | {Kind.BINARY}:
        raise Unreadable(say("file_no_table"))
    return _tidy(*_separated(content, is_tabbed=filename.lower().endswith((".tsv", ".tab"))))


def _tidy(rows: list[Line], form: Sentence, problems: list[RowProblem]) -> Table:
    """Bound the table and clean its cells, saying what was cut."""
    lines: list[Line] = []
    for row in rows:
        cells = list(row.cells)
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(lines) >= MOST_ROWS:
            problems.append(RowProblem(row.number, "", say("rows_beyond", most=MOST_ROWS)))
            break
        if len(cells) > MOST_COLUMNS:
            problems.append(RowProblem(row.number, "", say("columns_beyond", most=MOST_COLUMNS)))
            cells = cells[:MOST_COLUMNS]
        if any(len(cell) > LONGEST_CELL for cell in cells):
            problems.append(RowProblem(row.number, "", say("cell_cut")))
        lines.append(Line(row.number, tuple(_clean(cell[:LONGEST_CELL]) for cell in cells)))
    if not lines:
        raise Unreadable(say("file_no_rows"))
    return Table(lines=tuple(lines), form=form, problems=tuple(problems))


def _clean(cell: str) -> str:
    """Without control signs, which no database takes, unbroken spaces, and the ' that guards a formula."""
    if cell.isascii() and cell.isprintable():
        return bare(cell.strip())
    kept = "".join(
        sign if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"} else " "
        for sign in unicodedata.normalize("NFC", cell).replace("\u00a0", " ")
    )
    return bare(kept.strip(" \t\r\n\ufeff\u200e\u200f\u202a\u202b\u202c"))


def _separated(content: bytes, *, is_tabbed: bool) -> tuple[list[Line], Sentence, list[RowProblem]]:
    text, encoding, problems = _decode(content)
    separator = "\t" if is_tabbed else _separator_of(text)
    rows: list[Line] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    try:
        for cells in reader:
            rows.append(Line(before + 1, tuple(cells)))
            before = reader.line_num
            if len(rows) > MOST_ROWS * 2:
                break
    except csv.Error as error:
        raise Unreadable(say("line_unreadable", line=before + 1, why=str(error))) from error
    if separator == "\t":
        return rows, say("read_as_tabs", encoding=encoding), problems
    return rows, say("read_as_text", encoding=encoding, separator=separator), problems


def _decode(content: bytes) -> tuple[str, str, list[RowProblem]]:
    """Return the text and its encoding; a guessed one is said to be a guess."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return _decoded(content, encoding), encoding, []
    if encoding := _unmarked_utf16(content[:400]):
        return _decoded(content, encoding), encoding, []
    try:
        return content.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    encoding = _codepage_of(content)
    problem = RowProblem(line, "", say("encoding_guessed", encoding=encoding))
    return content.decode(encoding, errors="replace"), encoding, [problem]


def _unmarked_utf16(head: bytes) -> str:
    """ASCII signs have a zero half in UTF-16, always on the same side."""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd + even < len(head) / 20 or (odd and even):
        return ""
    return "utf-16-le" if odd else "utf-16-be"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(say("encoding_wrong", encoding=encoding)) from error


def _codepage_of(content: bytes) -> str:
    """Tell Latin, Cyrillic and Arabic Windows files apart.

    A Latin text has single accented letters, the others have whole words beyond ASCII; Cyrillic
    small letters lie at E0 to FF, Arabic letters mostly before.
    """
    runs = re.findall(rb"[\x80-\xff]+", content)
    beyond = sum(len(run) for run in runs)
    if beyond / len(runs) < 2.2:
        return "cp1252"
    high = sum(byte >= 0xE0 for run in runs for byte in run)
    return "cp1251" if high / beyond > 0.7 else "cp1256"


def _separator_of(text: str) -> str:
    """Return the separator that gives the most rows of one width above 1."""
    head = "\n".join(text.splitlines()[:30])
    best, best_score = ",", 0.0
    for separator in (",", ";", "\t", "|"):
        try:
            widths = Counter(
                len(cells) for cells in csv.reader(io.StringIO(head), delimiter=separator) if cells
            )
        except csv.Error:
            continue
        width, rows = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1]), default=(1, 0))
        score = rows / max(1, widths.total()) + width / 1_000 if width > 1 else 0.0
        if score > best_score:
            best, best_score = separator, score
    return best
