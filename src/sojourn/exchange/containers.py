"""Files that hold files: ZIP archives, and the spreadsheets that are ZIP archives inside.

What a package says of its own sizes proves nothing: bytes are counted while they are unpacked, and
unpacking stops at the bound. Nothing is ever written to a disk by the name a package gives.
"""

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sojourn.exchange.content_kinds import BROKEN_PACKAGE, SPREADSHEETS, Kind, kind_of
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sentences import say

MOST_ENTRIES: Final = 200
LARGEST_UNPACKED_BYTES: Final = 200_000_000
LARGEST_BUNDLE_BYTES: Final = 100_000_000
_PLAIN_WAYS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_PIECE: Final = 1 << 18
_NOT_IN_A_BUNDLE: Final = frozenset({Kind.ZIP, Kind.PACKED, Kind.PROGRAM})
_NESTED: Final = _NOT_IN_A_BUNDLE | SPREADSHEETS | {Kind.DOCUMENT}
_MACRO_PARTS: Final = ("vbaproject", "vbadata", "xl/macrosheets/", "xl/dialogsheets/")
_MACRO_FOLDERS: Final = ("basic/", "scripts/")


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file out of an archive; ``name`` is its last part only, fit to be shown."""

    name: str
    content: bytes


def files_in(
    content: bytes, *, most_bytes: int = LARGEST_BUNDLE_BYTES, is_nested_kept: bool = False
) -> tuple[PackedFile, ...]:
    """Return the files of a ZIP archive that a person sends, in its order; folders and shadows left out.

    Spreadsheets may lie in it. Another archive or a program in it makes all of it Unreadable, or, when asked
    to be kept, lies among the files for the caller to refuse. Raises Unreadable.
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
            if not is_nested_kept and kind_of(data) in _NOT_IN_A_BUNDLE:
                raise Unreadable(say("archive_nested"))
            files.append(PackedFile(name.rpartition("/")[2], data))
    if not files:
        raise Unreadable(say("archive_empty"))
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
        raise Unreadable(say("file_macros"))
    if name == "[content_types].xml" and b"macroEnabled" in head:
        raise Unreadable(say("file_macros"))
    if name == "meta-inf/manifest.xml" and b"encryption-data" in head:
        raise Unreadable(say("file_locked"))
    if kind_of(head) in _NESTED:
        raise Unreadable(say("file_holds_files"))


@contextmanager
def _opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_entries(package.infolist(), package.start_dir)
            yield package
    except BROKEN_PACKAGE as error:
        raise Unreadable(say("file_damaged")) from error


def _check_entries(entries: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Look at the table of contents before anything is unpacked."""
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(say("file_too_many_parts", most=MOST_ENTRIES))
    seen: set[str] = set()
    for entry in entries:
        _check_name(entry.filename)
        if entry.filename in seen:
            raise Unreadable(say("file_twice_a_part"))
        seen.add(entry.filename)
        if entry.flag_bits & 0x1:
            raise Unreadable(say("file_locked"))
        if entry.compress_type not in _PLAIN_WAYS:
            raise Unreadable(say("file_packed_oddly"))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable(say("file_link"))
    _check_apart(entries, directory_at)


def _check_name(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":" or "\x00" in name:
        raise Unreadable(say("file_leads_outside"))


def _check_apart(entries: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Parts that lie over one another are how a few bytes unpack to terabytes (Fifield 2019)."""
    starts = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset for entry in starts[1:]] + [directory_at]
    if starts and starts[0].header_offset != 0:
        raise Unreadable(say("file_hidden_head"))
    for entry, end in zip(starts, ends, strict=True):
        if entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size > end:
            raise Unreadable(say("file_overlap"))


def _unpacked(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, *, left: int, keep: int
) -> tuple[bytes, int]:
    """Unpack a part to its end, counting; return its first ``keep`` bytes and its size."""
    kept, size = bytearray(), 0
    with package.open(entry) as part:
        while piece := part.read(_PIECE):
            size += len(piece)
            if size > left:
                raise Unreadable(say("file_unpacks_too_far"))
            kept += piece[: keep - len(kept)]
    return bytes(kept), size


def _is_shadow(name: str) -> bool:
    """Say whether a part was left by an operating system and not meant to be sent."""
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last.startswith(("._", ".DS_Store", "Thumbs.db", "~$"))
