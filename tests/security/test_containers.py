"""Files that hold files: every known bomb and trick is refused with a reason, within bounds."""

import io
import resource
import stat
import struct
import zipfile

import pytest
import xlsxwriter

from sojourn.exchange import limited_process
from sojourn.exchange.containers import MOST_ENTRIES, check_spreadsheet, files_in
from sojourn.exchange.content_kinds import Kind, kind_of
from sojourn.exchange.hidden_rows import Hidden, check_whole, hidden_in
from sojourn.exchange.limited_process import run_limited
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.tables import read_table

LIST = b"Name,Phone\nRam Thapa,+9779841234567\n"


def archive(*parts, way=zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", way) as package:
        for name, content in parts:
            package.writestr(name, content)
    return stream.getvalue()


def workbook(fill=None) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Staff")
    for row, cells in enumerate((["Name", "Phone"], ["Ram", "1"], ["Sita", "2"], ["Hari", "3"])):
        sheet.write_row(row, 0, cells)
    if fill:
        fill(book, sheet)
    book.close()
    return stream.getvalue()


def with_parts(content: bytes, *parts) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts:
            package.writestr(name, part)
    return stream.getvalue()


def linked() -> bytes:
    entry = zipfile.ZipInfo("list.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return archive((entry, b"/etc/passwd"))


def overlapping() -> bytes:
    """Two entries of the directory that point at the same bytes, as in the smallest bombs."""
    content = bytearray(archive(("a.csv", b"0" * 1_000_000), ("b.csv", b"1" * 10)))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(content)


def locked() -> bytes:
    content = bytearray(archive(("a.csv", LIST)))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + at] |= 1
    return bytes(content)


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return archive(("a.csv", LIST), ("a.csv", b"other"))


TRICKS = {
    "a bomb": (lambda: archive(("a.csv", b"0" * 101_000_000)), "unpacks to far more"),
    "many parts that make one bomb": (
        lambda: archive(*((f"{n}.csv", b"0" * 2_000_000) for n in range(51))),
        "unpacks to far more",
    ),
    "a bomb in another packing": (
        lambda: archive(("a.csv", b"0" * 1_000_000), way=zipfile.ZIP_LZMA),
        "plain ZIP",
    ),
    "parts over one another": (overlapping, "over one another"),
    "an archive in an archive": (lambda: archive(("a.zip", archive(("b", b"c")))), "another"),
    "a packed file in an archive": (lambda: archive(("a.csv.gz", b"\x1f\x8b\x08rest")), "another"),
    "a program": (lambda: archive(("list.csv", b"MZ\x90\x00")), "program"),
    "a link": (linked, "link"),
    "a way up": (lambda: archive(("../../etc/cron.d/x", b"x")), "leads outside"),
    "a way up, the other way": (lambda: archive(("..\\..\\x.csv", b"x")), "leads outside"),
    "a place of its own": (lambda: archive(("/etc/cron.d/x", b"x")), "leads outside"),
    "a place on a disk": (lambda: archive(("C:\\x.csv", b"x")), "leads outside"),
    "a lock": (locked, "password"),
    "one name twice": (twice, "same name"),
    "too many": (
        lambda: archive(*((f"{n}", b"") for n in range(MOST_ENTRIES + 1))),
        "more than 200",
    ),
    "something before it": (lambda: b"PK\x03\x04 not yet" + archive(("a.csv", LIST)), "before"),
    "half of it": (lambda: archive(("a.csv", LIST))[:-30], "damaged"),
    "nothing in it": (archive, "damaged|no file"),
    "folders only": (lambda: archive(("a/", b""), ("__MACOSX/a/._b.csv", b"x")), "no file"),
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS.keys())
def test_an_archive_that_plays_a_trick_is_refused(trick):
    make, why = trick

    with pytest.raises(Unreadable, match=why):
        files_in(make())


def test_a_bomb_costs_no_more_memory_than_the_bound():
    bomb = archive(("a.csv", b"0" * 200_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(Unreadable, match="unpacks to far more"):
        files_in(bomb, most_bytes=10_000_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB


def test_the_lists_of_an_archive_come_out_in_order_by_their_last_names():
    content = archive(
        ("Lists 2026/b.csv", LIST),
        ("Lists 2026/", b""),
        ("Lists 2026/.DS_Store", b"x"),
        ("__MACOSX/Lists 2026/._b.csv", b"x"),
        ("Lists 2026\\a.xlsx", workbook()),
    )

    assert [(one.name, kind_of(one.content)) for one in files_in(content)] == [
        ("b.csv", Kind.TEXT),
        ("a.xlsx", Kind.XLSX),
    ]


# --- spreadsheets


MACRO_TYPES = (
    b'<Types><Override PartName="/xl/workbook.xml" '
    b'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
)
BAD_BOOKS = {
    "macros": (lambda: with_parts(workbook(), ("xl/vbaProject.bin", b"\xcc")), "macros"),
    "old macros": (lambda: with_parts(workbook(), ("xl/macrosheets/sheet1.xml", b"<a/>")), "macro"),
    "macros by type": (
        lambda: archive(("[Content_Types].xml", MACRO_TYPES), ("xl/workbook.xml", b"<a/>")),
        "macros",
    ),
    "scripts": (
        lambda: archive(
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("Scripts/python/x.py", b"import os"),
        ),
        "macros",
    ),
    "an open document under lock": (
        lambda: archive(
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", b"<a><manifest:encryption-data/></a>"),
        ),
        "password",
    ),
    "a workbook within": (
        lambda: with_parts(workbook(), ("xl/embeddings/a.xlsx", workbook())),
        "other files inside",
    ),
    "a program within": (
        lambda: with_parts(workbook(), ("xl/embeddings/a.bin", b"MZ\x90")),
        "other files inside",
    ),
    "a bomb": (lambda: with_parts(workbook(), ("xl/a.xml", b"0" * 201_000_000)), "far more"),
    "a way up": (lambda: with_parts(workbook(), ("../x.xml", b"x")), "leads outside"),
    "a document": (
        lambda: archive(("[Content_Types].xml", b"<wordprocessingml/>"), ("word/a.xml", b"x")),
        "damaged, or is no spreadsheet",
    ),
}


@pytest.mark.parametrize("bad", BAD_BOOKS.values(), ids=BAD_BOOKS.keys())
def test_a_spreadsheet_that_is_more_than_a_list_is_refused(bad):
    make, why = bad

    with pytest.raises(Unreadable, match=why):
        read_table(make(), filename="list.xlsx")


def test_a_plain_spreadsheet_passes():
    check_spreadsheet(workbook())


def test_the_name_of_a_file_proves_nothing():
    assert kind_of(workbook()) == Kind.XLSX
    for filename in ("list.csv", "list.pdf", "list.exe"):
        assert read_table(workbook(), filename=filename).lines[1].cells == ("Ram", "1")


def test_hidden_rows_and_columns_are_read_and_told():
    def hide(_book, sheet):
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})

    table = read_table(workbook(hide))

    assert [line.cells for line in table.lines[1:3]] == [("Ram", "1"), ("Sita", "2")]
    assert [(one.line, one.problem) for one in table.problems] == [
        (2, "Hidden in the spreadsheet, and read: rows 2–3."),
        (0, "Hidden in the spreadsheet, and read: columns B."),
    ]


def test_rows_that_a_filter_hides_in_an_open_document_are_told():
    row = '<table:table-row{}><table:table-cell office:value-type="string"><text:p>{}</text:p>'
    row += "</table:table-cell></table:table-row>"
    rows = row.format("", "Name") + row.format(' table:visibility="filter"', "Ram")
    rows += row.format(' table:number-rows-repeated="2"', "Sita")
    rows += row.format(' table:visibility="collapse"', "Hari")
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = archive(
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<a/>"),
        (
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="L">{rows}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        ),
    )

    table = read_table(content)

    assert [line.cells[0] for line in table.lines] == ["Name", "Ram", "Sita", "Sita", "Hari"]
    assert [one.problem for one in table.problems] == [
        "Hidden in the spreadsheet, and read: rows 2, 5."
    ]


def test_a_hidden_sheet_is_told_and_not_read():
    def add(book, _sheet):
        other = book.add_worksheet("Removed")
        other.write(0, 0, "secret")
        other.hide()

    table = read_table(workbook(add))

    assert [one.problem for one in table.problems] == [
        "The sheet “Removed” was not read: it is hidden."
    ]


# --- the process apart


GREEDY = "import sys; from sojourn.exchange.limited_process import confine; confine(); "


@pytest.mark.parametrize(
    "deed",
    [
        "bytearray(600 * 1024 * 1024)",
        "[None for _ in iter(int, 1)]",
        "sys.stdout.write('x' * 100_000_000)",
        "[open('/dev/null') for _ in range(99)]",
    ],
)
def test_a_decoder_that_asks_for_too_much_ends_and_we_do_not(deed, monkeypatch):
    """Memory, processor time, answer and files are each bounded by the kernel."""
    bounds = "limited_process.CPU_SECONDS = 1; limited_process.ANSWER_BYTES = 1_000_000; "
    script = "from sojourn.exchange import limited_process; " + bounds + GREEDY + deed
    real = limited_process.subprocess.run

    def run(command, **more):
        return real([*command[:2], "-c", script], **more)

    monkeypatch.setattr(limited_process.subprocess, "run", run)
    with pytest.raises(Unreadable, match="damaged, or larger"):
        run_limited("spreadsheet_child", b"")


def test_no_secret_goes_to_the_process_apart(monkeypatch):
    monkeypatch.setenv("SOJOURN_MASTER_KEY", "very secret")
    real = limited_process.subprocess.run
    seen = {}

    def run(command, **more):
        seen.update(more)
        return real(
            [*command[:2], "-c", "import os, json; print(json.dumps(dict(os.environ)))"], **more
        )

    monkeypatch.setattr(limited_process.subprocess, "run", run)
    assert b"secret" not in run_limited("spreadsheet_child", b"")
    assert seen["env"] == {}


def test_a_part_in_an_encoding_that_does_not_exist_hides_nothing_and_breaks_nothing():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(
            "content.xml", '<?xml version="1.0" encoding="none-such"?><a table:visibility="x"/>'
        )

    assert hidden_in(stream.getvalue(), sheet="L") == Hidden()
    with pytest.raises(Unreadable):
        check_whole(stream.getvalue())
