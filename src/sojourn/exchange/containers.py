"""Files that hold files: ZIP archives, and the spreadsheets that are ZIP archives inside.

What a package says of its own sizes proves nothing: bytes are counted while they are unpacked, and
unpacking stops at the bound. Nothing is ever written to a disk by the name a package gives.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sojourn.exchange.content_kinds import SPREADSHEETS, Kind, kind_of
from sojourn.exchange.reading import Unreadable

MOST_ENTRIES: Final = 200
LARGEST_UNPACKED_BYTES: Final = 200_000_000
LARGEST_BUNDLE_BYTES: Final = 100_000_000
_PLAIN_WAYS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_PIECE: Final = 1 << 18
_NOT_IN_A_BUNDLE: Final = frozenset({Kind.ZIP, Kind.PACKED, Kind.PROGRAM})
_NESTED: Final = _NOT_IN_A_BUNDLE | SPREADSHEETS | {Kind.DOCUMENT}
_MACRO_PARTS: Final = ("vbaproject", "vbadata", "xl/macrosheets/", "xl/dialogsheets/")
_MACRO_FOLDERS: Final = ("basic/", "scripts/")
_BROKEN: Final = (
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
_MACROS: Final = "The file holds macros. Save it as XLSX or ODS without them and try again."


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file out of an archive; ``name`` is its last part only, fit to be shown."""

    name: str
    content: bytes


def files_in(content: bytes, *, most_bytes: int = LARGEST_BUNDLE_BYTES) -> tuple[PackedFile, ...]:
    """Return the files of a ZIP archive that a person sends, in its order; folders and shadows left out.

    Spreadsheets may lie in it, other archives may not. Raises Unreadable.
    """
    files: list[PackedFile] = []
    with _opened(content) as package:
        left = most_bytes
        for entry in package.infolist():
            data, size = _unpacked(package, entry, left=left, keep=left)
            left -= size
            name = entry.filename.replace("\\", "/")
            if entry.is_dir() or _is_shadow(name):
                continue
            if kind_of(data) in _NOT_IN_A_BUNDLE:
                raise Unreadable("The archive holds another archive or a program; send its files.")
            files.append(PackedFile(name.rpartition("/")[2], data))
    if not files:
        raise Unreadable("The archive holds no file.")
    return tuple(files)


def check_spreadsheet(content: bytes) -> None:
    """Refuse a spreadsheet that is a bomb, holds programs or other files, or is locked.

    Takes a quarter of a megabyte beyond the content. Raises Unreadable.
    """
    with _opened(content) as package:
        left = LARGEST_UNPACKED_BYTES
        for entry in package.infolist():
            head, size = _unpacked(package, entry, left=left, keep=_PIECE)
            left -= size
            _check_part(entry.filename.lower(), head)


def _check_part(name: str, head: bytes) -> None:
    if any(part in name for part in _MACRO_PARTS) or name.startswith(_MACRO_FOLDERS):
        raise Unreadable(_MACROS)
    if name == "[content_types].xml" and b"macroEnabled" in head:
        raise Unreadable(_MACROS)
    if name == "meta-inf/manifest.xml" and b"encryption-data" in head:
        raise Unreadable("The file is locked with a password.")
    if kind_of(head) in _NESTED:
        raise Unreadable("The file holds other files inside. Save the list alone as XLSX.")


@contextmanager
def _opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_entries(package.infolist(), package.start_dir)
            yield package
    except _BROKEN as error:
        raise Unreadable("The file is damaged.") from error


def _check_entries(entries: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Look at the table of contents before anything is unpacked."""
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"The file holds more than {MOST_ENTRIES} parts; refused.")
    seen: set[str] = set()
    for entry in entries:
        _check_name(entry.filename)
        if entry.filename in seen:
            raise Unreadable("The file holds two parts of the same name; refused.")
        seen.add(entry.filename)
        if entry.flag_bits & 0x1:
            raise Unreadable("The file is locked with a password.")
        if entry.compress_type not in _PLAIN_WAYS:
            raise Unreadable(
                "The file is packed in a way that is not read here. Pack it as plain ZIP."
            )
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable("The file holds a link to another file; refused.")
    _check_apart(entries, directory_at)


def _check_name(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":" or "\x00" in name:
        raise Unreadable("The file holds a part whose name leads outside; refused.")


def _check_apart(entries: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Parts that lie over one another are how a few bytes unpack to terabytes (Fifield 2019)."""
    starts = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset for entry in starts[1:]] + [directory_at]
    if starts and starts[0].header_offset != 0:
        raise Unreadable("Something else stands before the archive in this file; refused.")
    for entry, end in zip(starts, ends, strict=True):
        if entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size > end:
            raise Unreadable("The parts of the file lie over one another; refused.")


def _unpacked(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, *, left: int, keep: int
) -> tuple[bytes, int]:
    """Unpack a part to its end, counting; return its first ``keep`` bytes and its size."""
    kept, size = bytearray(), 0
    with package.open(entry) as part:
        while piece := part.read(_PIECE):
            size += len(piece)
            if size > left:
                raise Unreadable("The file unpacks to far more than it should.")
            kept += piece[: keep - len(kept)]
    return bytes(kept), size


def _is_shadow(name: str) -> bool:
    """Say whether a part was left by an operating system and not meant to be sent."""
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last.startswith(("._", ".DS_Store", "Thumbs.db", "~$"))
