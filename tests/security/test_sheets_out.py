"""What leaves here as a table runs nowhere and hides nothing: ten thousand random tables, read by other means.

`SOJOURN_TABLES` says how many tables of each form are made (500).
"""

import ast
import csv
import io
import math
import os
import random
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

import sojourn
from sojourn.exchange import hsds, hxl, people_points, rosters, tables
from sojourn.exchange.sheets_out import LONGEST_CELL, as_csv, as_xlsx, bare, guarded

TABLES = int(os.environ.get("SOJOURN_TABLES", "500"))
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2+3+cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "Ram;=1+1",
    "Ram; =1+1;x",
    'Ram;"=1+1',
    "Ram\n=1+1",
    "Ram\t@SUM(1)",
    "Ram|=1+1",
    "Ram;+1+cmd|'x'!A0",
)
WORDS = (
    'Ram",=1+1',
    "{=SUM(1)}",
    "Ram",
    "राम",
    "محمد",
    "O'Neil",
    "a;b",
    "a,b",
    '"',
    "",
    "+9779841234567",
    "+977;+978",
    "12",
    "-3 °C",
)
PIECES = (*"=+-@;,|\t\r\n'\" ", "cmd", "1", "A0", "!", "＝", "\x00", "x")


def text(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return chance.choice(FORMULAS)
    if kind < 0.6:
        return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 8)))
    return chance.choice(WORDS)


def table(seed: int) -> tuple[list[str], list[list[object]]]:
    chance = random.Random(seed)
    width = chance.randint(1, 5)
    cells = (text(chance), chance.randint(-9, 9), -0.5, None)
    rows = [
        [text(chance) if chance.random() < 0.8 else chance.choice(cells) for _ in range(width)]
        for _ in range(chance.randint(0, 6))
    ]
    return [f"column {place}" for place in range(width)], rows


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula; written without looking at the writer.

    What does not show before it is passed over as lenient programs do. A number of ours is none, even
    where the next cells, parted by commas, hang on it.
    """
    cell = cell.lstrip(' \t\r\n"')
    if re.match(r"-[\d.]+(,|$)", cell):
        return False
    return cell[:1] in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}


def opened(content: str, separator: str) -> list[str]:
    """Every cell, as a program sees it that parts lines at this separator."""
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    return [cell for row in reader for cell in row]


def check_csv(content: bytes, encoding="utf-8-sig") -> None:
    words = content.decode(encoding)
    for separator in ",;\t|":
        live = [cell for cell in opened(words, separator) if runs(cell)]
        assert not live, (separator, live)


def check_xlsx(content: bytes, headings, rows) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        parts = {name: package.read(name) for name in names}
    assert sum(name.startswith("xl/worksheets/") for name in names) == 1
    assert not [name for name in names if re.search(r"vba|external|embed|customXml|media", name)]
    book = etree.fromstring(parts["xl/workbook.xml"])
    assert not list(book.iter(f"{MAIN}definedName", f"{MAIN}externalReference"))
    assert [one.get("state") for one in book.iter(f"{MAIN}sheet")] == [None]
    sheet = etree.fromstring(parts["xl/worksheets/sheet1.xml"])
    assert not list(sheet.iter(f"{MAIN}f", f"{MAIN}hyperlink", f"{MAIN}dataValidation"))
    assert not [one for one in sheet.iter() if one.get("hidden")]
    styles = list(etree.fromstring(parts["xl/styles.xml"]).find(f"{MAIN}cellXfs"))
    live = {
        place
        for place, row in enumerate(rows, start=2)
        if any(isinstance(cell, str) and runs(cell) for cell in row)
    }
    quoted = {
        int(re.search(r"\d+", one.get("r"))[0])
        for one in sheet.iter(f"{MAIN}c")
        if styles[int(one.get("s", "0"))].get("quotePrefix") == "1"
    }
    assert live <= quoted


@pytest.mark.parametrize("part", range(5))
def test_no_cell_of_a_random_csv_runs_in_any_program(part):
    for seed in range(part * TABLES, (part + 1) * TABLES):
        check_csv(as_csv(*table(seed)))


@pytest.mark.parametrize("part", range(4))
def test_nothing_in_a_random_workbook_runs_or_is_hidden(part):
    for seed in range(part, TABLES, 4):
        headings, rows = table(seed)
        check_xlsx(as_xlsx(headings, rows, title="list"), headings, rows)


def test_no_cell_of_a_random_hxl_table_runs():
    for seed in range(TABLES):
        headings, rows = table(seed)
        columns = [hxl.Column(heading, "#meta") for heading in headings]
        check_csv(hxl.csv_bytes(columns, rows), "utf-8")


def test_no_cell_of_a_random_directory_runs():
    chance = random.Random(1)
    for number in range(TABLES):
        names = ("name", "organization", "description", "address", "schedule", "phone")
        facts = {name: text(chance) for name in names}
        check_csv(hsds.write_services([hsds.ServiceRow(line=number, **facts)]))


def test_no_cell_of_random_answers_runs():
    chance = random.Random(1)
    for _ in range(TABLES):
        out = io.StringIO()
        people_points.write_answers(out, [(text(chance), text(chance), "inside", 0.5)])
        check_csv(out.getvalue().encode(), "utf-8")


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_would_be_found(formula):
    naked = io.StringIO(newline="")
    csv.writer(naked).writerow(["x", formula])

    with pytest.raises(AssertionError):
        check_csv(naked.getvalue().encode(), "utf-8")


@pytest.mark.parametrize("cell", ["Ram", "", "a;b", "12", "O'Neil", "'=1", None, 3])
def test_a_plain_cell_is_left_as_it_is(cell):
    assert guarded(cell) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+9779841234567", "-", "@x"])
def test_what_was_guarded_comes_back_as_it_was(cell):
    assert bare(guarded(cell)) == cell


def test_a_list_of_ours_is_read_again_as_it_was_written():
    content = as_csv(("Name", "Phone"), [("=Ram", "+9779841234567")])

    [row] = rosters.read_roster(
        content,
        filename="register.csv",
        options=rosters.RosterOptions(today=date(2026, 3, 1)),
    ).rows
    assert (row.name, row.phones) == ("=Ram", ("+9779841234567",))
    assert tables.read_table(content).lines[1].cells == ("=Ram", "+9779841234567")


def test_a_workbook_shows_a_formula_as_the_text_it_is():
    content = as_xlsx(("Name",), [("=1+1",), (math.nan,), ("x" * 40_000,)], title="list")

    lines = tables.read_table(content).lines
    assert lines[1].cells == ("=1+1",)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"x" * (LONGEST_CELL - 1) + "…".encode() in package.read("xl/sharedStrings.xml")


def test_nobody_else_writes_tables():
    """One writer: a second one would be the one that forgets."""
    root = Path(sojourn.__file__).parent
    writers = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in {"writer", "DictWriter", "Workbook"})
        and getattr(node.value, "id", "") in {"csv", "xlsxwriter", "openpyxl"}
    }
    assert writers == {"exchange/sheets_out.py"}
