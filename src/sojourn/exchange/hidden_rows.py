"""Rows and columns that a spreadsheet keeps but does not show. They are read, and the reader is told.

Known for XLSX (ECMA-376, 18.3.1.13 and 18.3.1.73: `hidden`) and ODS (OpenDocument 1.3, 19.749:
`table:visibility`). The old XLS keeps this where no reader of ours looks.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from sojourn.exchange.content_kinds import BROKEN_PACKAGE
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sentences import say

MOST_TOLD: Final = 20
BROKEN_XML: Final = (expat.ExpatError, LookupError)  # the second: an encoding that does not exist
_PIECE: Final = 1 << 18
_HIDDEN: Final = frozenset({"1", "true", "collapse", "filter"})


@dataclass(slots=True)
class Hidden:
    """First and last number of each run that is hidden, counted from 1; at most `MOST_TOLD` runs."""

    rows: list[list[int]] = field(default_factory=list)
    columns: list[list[int]] = field(default_factory=list)


def hidden_in(content: bytes, *, sheet: str) -> Hidden:
    """Return what is hidden in the sheet of this name; nothing where the form is another or broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if "content.xml" in names:
                return _scan(package, "content.xml", _Ods(sheet), b"visibility=")
            part = _part_of(package, sheet)
            return _scan(package, part, _Xlsx(), b"hidden=") if part in names else Hidden()
    except (*BROKEN_PACKAGE, *BROKEN_XML):
        return Hidden()


def check_whole(content: bytes) -> None:
    """Refuse an ODS whose table breaks off: its reader would turn in circles. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _feed(package, "content.xml", _Scan())
    except (*BROKEN_PACKAGE, *BROKEN_XML) as error:
        raise Unreadable(say("file_damaged")) from error


class _Scan:
    """Follows the elements of one part; what was found is in ``hidden``."""

    def __init__(self) -> None:
        self.hidden = Hidden()
        self.row = self.column = 0

    def start(self, name: str, facts: dict[str, str]) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def pass_rows(self, count: int, *, is_hidden: bool) -> None:
        """Count rows, and keep the numbers of hidden ones."""
        self._keep(self.hidden.rows, self.row, count if is_hidden else 0)
        self.row += count

    def pass_columns(self, count: int, *, is_hidden: bool) -> None:
        """Count columns, and keep the numbers of hidden ones."""
        self._keep(self.hidden.columns, self.column, count if is_hidden else 0)
        self.column += count

    @staticmethod
    def _keep(runs: list[list[int]], before: int, count: int) -> None:
        if count and runs and runs[-1][1] == before:
            runs[-1][1] += count
        elif count and len(runs) < MOST_TOLD:
            runs.append([before + 1, before + count])


class _Xlsx(_Scan):
    def start(self, name: str, facts: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        is_hidden = facts.get("hidden", "") in _HIDDEN
        if kind == "row":
            self.row = int(facts.get("r", self.row + 1)) - 1
            self.pass_rows(1, is_hidden=is_hidden)
        elif kind == "col":
            first = int(facts["min"])
            self.column = first - 1
            self.pass_columns(int(facts["max"]) - first + 1, is_hidden=is_hidden)


class _Ods(_Scan):
    def __init__(self, sheet: str) -> None:
        super().__init__()
        self.sheet = sheet
        self.is_inside = False

    def start(self, name: str, facts: dict[str, str]) -> None:
        if name == "table:table":
            self.is_inside = facts.get("table:name") == self.sheet
        elif self.is_inside and name in {"table:table-row", "table:table-column"}:
            is_hidden = facts.get("table:visibility", "") in _HIDDEN
            kind = name.removeprefix("table:table-")
            count = int(facts.get(f"table:number-{kind}s-repeated", 1))
            passed = self.pass_rows if kind == "row" else self.pass_columns
            passed(count, is_hidden=is_hidden)

    def end(self, name: str) -> None:
        if name == "table:table":
            self.is_inside = False


def _part_of(package: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of a workbook that holds a sheet, by way of the relation it names."""
    found = _Relations(sheet)
    _feed(package, "xl/workbook.xml", found)
    _feed(package, "xl/_rels/workbook.xml.rels", found)
    target = found.target.lstrip("/")
    return target if target.startswith("xl/") else f"xl/{target}"


class _Relations(_Scan):
    def __init__(self, sheet: str) -> None:
        super().__init__()
        self.sheet, self.key, self.target = sheet, "", ""

    def start(self, name: str, facts: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "sheet" and facts.get("name") == self.sheet:
            self.key = next((facts[key] for key in facts if re.fullmatch(r"\w+:id", key)), "")
        elif kind == "Relationship" and facts.get("Id") == self.key:
            self.target = facts.get("Target", "")


def _scan(package: zipfile.ZipFile, part: str, scan: _Scan, word: bytes) -> Hidden:
    """Follow a part only when the word is in it at all: most lists hide nothing and are large."""
    before = b""
    for piece in _pieces(package, part):
        if word in before[-len(word) :] + piece:
            _feed(package, part, scan)
            break
        before = piece
    return scan.hidden


def _feed(package: zipfile.ZipFile, part: str, scan: _Scan) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.EntityDeclHandler = _refuse
    for piece in _pieces(package, part):
        parser.Parse(piece)
    parser.Parse(b"", True)


def _refuse(*_facts: object) -> None:
    raise ValueError("a document type has no place in a spreadsheet")


def _pieces(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with package.open(part) as stream:
        while piece := stream.read(_PIECE):
            yield piece
