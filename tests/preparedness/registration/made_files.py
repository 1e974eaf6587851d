"""Lists as people send them: CSV, XLSX, ODS and archives, made here; and the worker that reads them."""

import io
import zipfile

import xlsxwriter

from sojourn.exchange.roster_headers import Field
from sojourn.foundation.jobs import runner
from sojourn.preparedness.registration import queries

HEAD = "Name,Born,Phone,Passport\n"


def rows_of(start, count):
    return "".join(
        f"Person{n} Rai{n},{1950 + n % 50},+97798412{n:05},P{n}\n"
        for n in range(start, start + count)
    )


def csv_of(start=0, count=3):
    return (HEAD + rows_of(start, count)).encode()


def xlsx_of(start, count):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, line in enumerate((HEAD + rows_of(start, count)).splitlines()):
        sheet.write_row(number, 0, line.split(","))
    book.close()
    return stream.getvalue()


def ods_of(*names):
    cells = "".join(
        "<table:table-row><table:table-cell office:value-type='string'>"
        f"<text:p>{name}</text:p></table:table-cell></table:table-row>"
        for name in ("Name", *names)
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    body = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="L">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zip_of(
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<a/>"),
        ("content.xml", body.encode()),
    )


def zip_of(*entries):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries:
            package.writestr(name, content)
    return stream.getvalue()


def work():
    """Do all jobs that are due, as the worker does."""
    while runner.run_one(worker="tests"):
        pass


def outcome_of(delivery, name):
    return next(one for one in queries.outcomes(delivery).files if one.file.name == name)


STRANGE = "Who,Call them\n{}\n"


def strange(*rows):
    return STRANGE.format("\n".join(rows)).encode()


MEANT = {0: Field.NAME, 1: Field.PHONE}
