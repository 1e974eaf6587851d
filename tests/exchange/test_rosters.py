"""Lists of people of every make are read; what cannot be read is shown, and nobody is dropped."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import xlsxwriter

from sojourn.exchange.reading import Unreadable
from sojourn.exchange.roster_headers import Field, field_of
from sojourn.exchange.rosters import RosterOptions, read_roster

NEPAL = RosterOptions(today=date(2026, 3, 1), phone_country="NP")

PLAIN = """Name,Nationality,Date of birth,Sex,Phone,Passport,City,Lat,Lon,Family
Ram Bahadur Shrestha,Nepali,1990-04-25,M,9841234567,N1234567,Kathmandu,27.7,85.3,A
सीता श्रेष्ठ,NPL,1992,F,+977 984 7654321,,Kathmandu,27.7,85.3,A
"""


def read(content: bytes | str, filename="list.csv", options=NEPAL):
    data = content.encode() if isinstance(content, str) else content
    return read_roster(data, filename=filename, options=options)


def workbook(rows, *, hidden=(), sheets=1) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for number in range(sheets):
        sheet = book.add_worksheet(f"List {number + 1}")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        if number in hidden:
            sheet.hide()
    book.close()
    return stream.getvalue()


def test_a_plain_list_is_read_whole():
    roster = read(PLAIN)

    assert not roster.problems
    ram, sita = roster.rows
    assert (ram.name, ram.nationality, ram.birth_year, ram.sex) == (
        "Ram Bahadur Shrestha",
        "NPL",
        1990,
        "male",
    )
    assert ram.phones == ("+9779841234567",)
    assert ram.documents[0].number == "N1234567"
    assert (ram.latitude, ram.longitude, ram.place) == (27.7, 85.3, "Kathmandu")
    assert sita.name == "सीता श्रेष्ठ"
    assert ram.household == sita.household == "A"
    assert (ram.line, sita.line) == (2, 3)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_found(encoding, separator):
    roster = read(PLAIN.replace(",", separator).encode(encoding))

    assert [row.name for row in roster.rows] == ["Ram Bahadur Shrestha", "सीता श्रेष्ठ"]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "José Núñez Ibáñez"),
        ("cp1251", "Олександр Шевченко Кравчук"),
        ("cp1256", "محمد عبد الرحمن الهاشمي"),
    ],
)
def test_old_windows_files_are_read_and_said_to_be_a_guess(encoding, name):
    roster = read(f"Name,Phone\n{name},9841234567\n".encode(encoding))

    assert roster.rows[0].name == name
    assert encoding in roster.problems[0].problem


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Full Name", Field.NAME),
        ("NOM DE FAMILLE", Field.FAMILY_NAME),
        ("Prénom(s)", Field.GIVEN_NAME),
        ("Número de teléfono", Field.PHONE),
        ("رقم الجوال", Field.PHONE),
        ("الاسم الكامل", Field.NAME),
        ("पूरा नाम", Field.NAME),
        ("জন্ম তারিখ", Field.BIRTH),
        ("Số điện thoại", Field.PHONE),
        ("ስልክ ቁጥር", Field.PHONE),
        ("Громадянство", Field.NATIONALITY),
        ("Buong Pangalan", Field.NAME),
        ("护照号", Field.PASSPORT),
        ("Mobile No. (1)", Field.PHONE),
        ("Worker's e-mail", Field.EMAIL),
        ("Salary", None),
    ],
)
def test_headings_of_many_languages_are_known(heading, meaning):
    assert field_of(heading) == meaning


def test_titles_above_the_heading_and_tags_below_it_are_passed_over():
    roster = read(
        "ACME Ltd,,\nStaff list 2026,,\n\nName,Phone,Notes\n#name,#phone,\nRam,9841234567,x\n"
    )

    assert [row.name for row in roster.rows] == ["Ram"]
    assert roster.rows[0].line == 6


def test_a_list_without_a_heading_is_read_by_what_its_cells_are():
    roster = read("Ram Thapa,+9779841234567\nSita Rai,+9779847654321\n")

    assert [(row.name, row.phones[0]) for row in roster.rows] == [
        ("Ram Thapa", "+9779841234567"),
        ("Sita Rai", "+9779847654321"),
    ]


def test_headings_in_words_nobody_knows_are_not_taken_for_a_person():
    roster = read("Zog,Blip\nRam Thapa,9841234567\nSita Rai,9847654321\n")

    assert [row.name for row in roster.rows] == ["Ram Thapa", "Sita Rai"]


def test_the_parts_of_a_name_are_joined_in_the_order_they_are_said():
    roster = read("Surname,First name,Middle name\nShrestha,Ram,Bahadur\n")

    assert roster.rows[0].name == "Ram Bahadur Shrestha"


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (",NPL,1990,9841234567,27.7,85.3", "Name", "A name to call by is needed"),
        ("Ram,Atlantis,1990,9841234567,27.7,85.3", "Nationality", "not known"),
        ("Ram,NPL,90,9841234567,27.7,85.3", "Born", "four digits"),
        ("Ram,NPL,2047,9841234567,27.7,85.3", "Born", "Bikram Sambat"),
        ("Ram,NPL,1990,12,27.7,85.3", "Phone", "digits"),
        ("Ram,NPL,1990,9841234567,127.7,85.3", "Lat", "lie outside"),
        ("Ram,NPL,1990,9841234567,,85.3", "Lat", "both"),
        ("Ram,NPL,1990,9841234567,north,85.3", "Lat", "Degrees are written"),
    ],
)
def test_a_wrong_cell_is_a_located_problem_and_the_row_is_kept(row, column, problem):
    roster = read(f"Name,Nationality,Born,Phone,Lat,Lon\nSita,NPL,1992,,,\n{row}\n")

    assert len(roster.rows) == 2
    assert roster.rows[1].cells == tuple(row.split(","))
    found = [p for p in roster.rows[1].problems if p.column == column]
    assert found
    assert found[0].line == 3
    assert problem in found[0].problem
    assert not roster.rows[0].problems


def test_a_telephone_that_a_spreadsheet_made_a_number_is_one_again():
    roster = read(workbook([["Name", "Phone"], ["Ram", 9779841234567.0], ["Sita", 9841234567]]))

    assert [row.phones for row in roster.rows] == [("+9779841234567",), ("+9779841234567",)]


def test_a_cell_with_two_numbers_gives_two():
    roster = read('Name,Phone\nRam,"9841234567 / +965 5000 1234"\n')

    assert roster.rows[0].phones == ("+9779841234567", "+96550001234")


def test_an_excel_list_is_read_with_its_row_numbers():
    roster = read(
        workbook([["Staff"], [], ["Name", "DOB"], ["Ram", date(1990, 4, 25).isoformat()]])
    )

    assert (roster.rows[0].line, roster.rows[0].birth_year) == (4, 1990)
    assert "List 1" in str(roster.form)


def test_hidden_and_further_sheets_are_left_out_and_said_to_be():
    roster = read(workbook([["Name", "Phone"], ["Ram", ""]], hidden=(1,), sheets=3))

    said = " ".join(problem.problem for problem in roster.problems)
    assert len(roster.rows) == 1
    assert "“List 2” was not read: it is hidden" in said
    assert "“List 3” was not read: one sheet" in said


def test_an_open_document_list_is_read():
    stream = io.BytesIO()
    cells = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{text}</text:p></table:table-cell>"
            for text in row
        )
        + "</table:table-row>"
        for row in (("الاسم", "رقم الهاتف"), ("محمد", "+96550001234"))
    )
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        package.writestr(
            "content.xml",
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
            'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
            f'<office:body><office:spreadsheet><table:table table:name="L">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )

    roster = read(stream.getvalue(), "list.ods")

    assert (roster.rows[0].name, roster.rows[0].phones) == ("محمد", ("+96550001234",))


def package(parts: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def far_cell() -> bytes:
    """A sheet whose only cell is its very last one."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Name")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7 ...", "not a table"),
        (b"PK\x03\x04 torn", "damaged"),
        (package({"xl/vbaProject.bin": b"x", "xl/workbook.xml": "<a/>"}), "macros"),
        (package({"Basic/Standard/Module1.xml": "<a/>"}), "macros"),
        (package({"xl/a.xml": b"0" * 250_000_000}), "unpacks to far more"),
        (package({f"{n}.xml": "" for n in range(600)}), "more than 200 parts"),
        (package({"readme.txt": "hello"}), "damaged, or is no spreadsheet"),
        (far_cell(), "larger inside"),
        (b"\xff\xfe\x00", "utf-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_reason(content, why):
    with pytest.raises(Unreadable, match=why):
        read(content, "list.xlsx")


def test_signs_that_no_database_takes_are_cleaned_away():
    roster = read("Name,Phone\nRam\x00 Thapa\x07,9841234567\n")

    assert roster.rows[0].name == "Ram Thapa"


def test_forty_spreadsheets_at_once_are_all_read():
    content = workbook([["Name", "Phone"], *[[f"Person {n}", ""] for n in range(200)]])

    with ThreadPoolExecutor(8) as pool:
        rosters = list(pool.map(read, [content] * 40))

    assert [len(roster.rows) for roster in rosters] == [200] * 40


@pytest.mark.parametrize(
    "heading",
    [
        "Visa",
        "Visa expiry date",
        "WORK PERMIT NO.",
        "Titre de séjour",
        "حالة الإقامة",
        "भिसा",
        "Immigration status",
    ],
)
def test_a_column_of_immigration_status_is_left_out_and_told(heading):
    roster = read(f"Name,{heading},Phone\nRam Thapa,overstayed-4711,9841234567\n")

    (row,) = roster.rows
    assert row.name == "Ram Thapa"
    assert row.phones == ("+9779841234567",)
    assert "overstayed-4711" not in repr(roster)
    assert [problem.sentence.code for problem in roster.of_the_file] == ["status_left_out"]
    assert heading in roster.of_the_file[0].problem


@pytest.mark.parametrize(
    "heading", ["Passport / visa no", "Address of residence", "Country of residence"]
)
def test_what_only_sounds_like_status_is_kept(heading):
    roster = read(f"Name,{heading}\nRam Thapa,Nepal\n")

    assert not roster.of_the_file
    assert "Nepal" in repr(roster.rows)
