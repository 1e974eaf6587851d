"""Small good files of every kind, from which fuzzing starts. Real files beside the project join them."""

import io
import zipfile
from pathlib import Path

import xlsxwriter

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
MOST_BYTES = 60_000  # of a real file; more teaches a fuzzer nothing and slows it down

CAP = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>X</identifier>
<sender>s</sender><sent>2026-03-01T12:00:00+05:45</sent><status>Actual</status>
<msgType>Update</msgType><scope>Public</scope><references>s,1,2026-03-01T12:00:00-00:00</references>
<info><language>ne</language><category>Geo</category><event>E</event><urgency>Past</urgency>
<severity>Minor</severity><certainty>Likely</certainty><expires>2026-03-02T12:00:00+05:45</expires>
<area><areaDesc>A</areaDesc><polygon>27,85 27,86 28,86 28,85 27,85</polygon>
<circle>27.7,85.3 50</circle><geocode><valueName>iso3</valueName><value>NPL</value></geocode>
</area></info></alert>"""
GDACS = b"""<rss xmlns:gdacs="http://www.gdacs.org" xmlns:georss="http://www.georss.org/georss">
<channel><item><title>t</title><pubDate>Sun, 29 Dec 2019 12:00:00 GMT</pubDate>
<gdacs:eventtype>EQ</gdacs:eventtype><gdacs:eventid>1</gdacs:eventid>
<gdacs:bbox>170 -170 -20 -10</gdacs:bbox><georss:point>-15 175</georss:point>
<gdacs:alertlevel>Red</gdacs:alertlevel><gdacs:country>Fiji</gdacs:country></item></channel></rss>"""
USGS = b"""{"type":"FeatureCollection","metadata":{"api":"1"},"features":[{"type":"Feature","id":"us1",
"properties":{"mag":5,"net":"us","code":"1","time":1507169038804,"updated":1507177082996,
"alert":"red","place":"x"},"geometry":{"type":"Point","coordinates":[-98.7,36.4,4.8]}}]}"""
CONTOURS = b"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"value":5},
"geometry":{"type":"MultiLineString","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]],[[2,2],[3,3]]]}},
{"type":"Feature","properties":{"value":6},"geometry":{"type":"MultiLineString","coordinates":
[[[0.2,0.2],[0.8,0.2],[0.8,0.8],[0.2,0.2]]]}}]}"""
GEOJSON = b"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"level":5},
"geometry":{"type":"Polygon","coordinates":[[[179,0],[181,0],[181,1],[179,0]]]}}]}"""
GRID = b"""<shakemap_grid event_id="e"><event lat="1" lon="2"/><grid_specification nlon="2" nlat="2"/>
<grid_field name="LON"/><grid_field name="LAT"/><grid_field name="MMI"/>
<grid_data>84 29 5 85 29 6 84 28 7 85 28 8</grid_data></shakemap_grid>"""
GRID_TABLE = b"lon,lat,mmi\n84,29,5\n85,29,6\n84,28,7\n85,28,8\n"
TRACK = b"""SID,ISO_TIME,LAT,LON,USA_WIND,USA_R34_NE,USA_R34_SE,USA_R34_SW,USA_R34_NW
S1,2016-02-20 00:00:00,-17,179.5,100,100,90,80,70
S1,2016-02-20 06:00:00,-17,-179.5,100,100,90,80,70"""
ROSTER = """Name;Other names;Nationality;Date of birth;Sex;Phone;Email;Passport;City;Lat;Lon;Seen at;Language
Ram Bahadur Thapa;R. B. Thapa;Nepali;1990-04-25;M;9841234567;ram@example.org;N1;Patan;27,7;85.3;2026-02-01;ne
محمد عبد الرحمن;;مصر;٢٥/٠٤/١٩٩٠;ذكر;+20 100 123 4567;;A 123;Giza;30°N;31°E;01/02/2026 10:00;ar,en
""".encode()
SERVICES = (
    b"name,organization,kinds,status,country,is_confidential,languages,capacity,assured_date,phone\n"
    b"Clinic,Helping Hands,medical;child,active,NPL,no,ne;en,40,2026-02-01,'+9771\n"
)
POINTS = (
    b"id,latitude,longitude,accuracy_km,observed_at\n"
    b"1,27.7,85.3,2,2026-02-01T00:00:00+05:45\n2,-17.5,179.9,,\n"
)
STOCK = b"origin_iso3,dest_iso3,y2019,y2020\nNPL,QAT,1000,1200\nPHL,QAT,2 000,\n"
PHONES = [b"NP+9779841234567", b"NP9841234567", "NP٠٠٩٧٧٩٨٤١٢٣٤٥٦٧".encode(), b"--(0)20 7946 0958"]
CELLS = [b"1990-04-25", b"25.04.1990", "٢٥/٠٤/١٩٩٠".encode(), b"33", b"27\xc2\xb042'30\"N", b"27.7, 85.3",
         b"PHL", b"Tagalog", b"f", b"Nurse", b"2026-02-01 10:00 +05:45", b"01/02/26"]  # fmt: skip
SIGNED = b'{"id":"m-1","from":"+9779841234567","text":"1 safe","at":"2026-03-01T12:00:00Z"}'
KANNEL = (
    b"id=7&from=%2B9779841234567&text=%00s%00a%00f%00e&charset=UTF-16BE&time=2026-03-01+12%3A00"
)
EXTERNAL = b"id=7&from=%2B9779841234567&text=1&date=2026-03-01T12%3A00%3A00.000Z"
MAIL = b"""From: =?utf-8?b?2YXYrdmF2K8=?= <m@example.org>
To: help@example.org
Subject: Re: Are you safe?
Date: Sun, 01 Mar 2026 12:00:00 +0545
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset="windows-1256"
Content-Transfer-Encoding: quoted-printable

=C3=E4=C7 =C8=CE=ED=D1

> Are you safe?
--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PGI+SSBhbSBzYWZlPC9iPg==
--b--
"""
REPLIES = [b"1", b"I am safe, 3 people with me", "أنا بخير".encode(), "म ठीक छु, मद्दत चाहिँदैन".encode(),
           b"NOT safe! need doctor", b"STOP", b"2\n\nOn Sun Ram wrote:\n> 1 safe"]  # fmt: skip


def archive(*parts: tuple[str, bytes]) -> bytes:
    """A ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts:
            package.writestr(name, content)
    return stream.getvalue()


def workbook() -> bytes:
    """An XLSX list with a hidden row."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Staff")
    for row, cells in enumerate((["Name", "Born", "Phone"], ["Ram", 1990, 9841234567])):
        sheet.write_row(row, 0, cells)
    sheet.set_row(1, None, None, {"hidden": True})
    book.close()
    stored = io.BytesIO(stream.getvalue())
    with zipfile.ZipFile(stored) as packed:  # unpacked, so that changes reach the sheets themselves
        return archive(*((name, packed.read(name)) for name in packed.namelist()))


def open_document() -> bytes:
    """An ODS list."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    row = '<table:table-row table:visibility="filter"><table:table-cell office:value-type="string">'
    row += "<text:p>Ram</text:p></table:table-cell></table:table-row>"
    return archive(
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<a/>"),
        (
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="L">{row}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>".encode(),
        ),
    )


def real(*patterns: str) -> list[bytes]:
    """The beginnings of real files, read where they lie; none where the folder is not beside us."""
    files = sorted(file for pattern in patterns for file in SHARED.glob(pattern))
    return [file.read_bytes()[:MOST_BYTES] for file in files]


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
