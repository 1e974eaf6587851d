"""What a file is, told by its first bytes and never by its name or by what a browser says of it."""

import io
import re
import struct
import zipfile
import zlib
from enum import StrEnum
from typing import Final

_ENOUGH: Final = 4_096
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (_OLE, "old_office"),
    (b"\x1f\x8b", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"Rar!", "packed"),
    (b"BZh", "packed"),
    (b"\xfd7zXZ\x00", "packed"),
    (b"\x28\xb5\x2f\xfd", "packed"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"GIF8", "other_picture"),
    (b"II*\x00", "other_picture"),
    (b"MM\x00*", "other_picture"),
    (b"{\\rtf", "document"),
)
BROKEN_PACKAGE: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    struct.error,
    zlib.error,
)
"""What `zipfile` raises on a package that is torn or forged."""
_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Kind(StrEnum):
    """Kinds of content that matter here."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    XLSX = "xlsx"
    ODS = "ods"
    OLD_OFFICE = "old_office"
    ZIP = "zip"
    PACKED = "packed"
    DOCUMENT = "document"
    OTHER_PICTURE = "other_picture"
    PROGRAM = "program"
    WEB_PAGE = "web_page"
    XML = "xml"
    JSON = "json"
    TEXT = "text"
    BINARY = "binary"
    EMPTY = "empty"


SPREADSHEETS: Final = frozenset({Kind.XLSX, Kind.ODS, Kind.OLD_OFFICE})
TABLES: Final = SPREADSHEETS | {Kind.TEXT, Kind.JSON}
ARCHIVES: Final = frozenset({Kind.ZIP, Kind.PACKED})


def kind_of(content: bytes) -> Kind:
    """Return what a file is. JSON also stands for text that only begins like it."""
    if not content.strip(b"\x00 \t\r\n"):
        return Kind.EMPTY
    for sign, kind in _SIGNS:
        if content.startswith(sign):
            return Kind(kind)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.WEBP
    if content[4:8] == b"ftyp":
        return Kind.OTHER_PICTURE
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_package(content)
    return _kind_of_text(content)


def _kind_of_package(content: bytes) -> Kind:
    """A package is what its own list of types says; an office file is no archive to unpack."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if "mimetype" in names:
                said = _head_of(package, "mimetype")
                return Kind.ODS if b"opendocument.spreadsheet" in said else Kind.DOCUMENT
            if "[Content_Types].xml" in names:
                said = _head_of(package, "[Content_Types].xml")
                is_book = b"spreadsheetml" in said or b"ms-excel" in said
                return Kind.XLSX if is_book else Kind.DOCUMENT
    except BROKEN_PACKAGE:
        return Kind.ZIP
    return Kind.XLSX if any(name.startswith("xl/") for name in names) else Kind.ZIP


def _head_of(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(64 * 1024)


def _kind_of_text(content: bytes) -> Kind:
    head = content[:_ENOUGH]
    is_wide = head[:2] in _BOMS or _looks_wide(head)
    if is_wide:
        head = head.replace(b"\x00", b"")
    elif b"\x00" in head:
        return Kind.BINARY
    for mark in _BOMS:
        head = head.removeprefix(mark)
    head = head.lstrip().lower()
    if re.match(rb"<!doctype\s+html|<html|<script|<svg|<head|<body", head):
        return Kind.WEB_PAGE
    if head.startswith(b"<?xml") and re.search(rb"<(svg|html|x?html:html)[\s>]", head):
        return Kind.WEB_PAGE
    if head.startswith(b"<"):
        return Kind.XML
    return Kind.JSON if head[:1] in {b"{", b"["} else Kind.TEXT


def _looks_wide(head: bytes) -> bool:
    """ASCII signs have a zero half in UTF-16, always on the same side."""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    return odd + even > len(head) / 20 and not (odd and even)
