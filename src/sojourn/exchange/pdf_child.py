"""Writes the pages of one PDF anew, in a process of its own: no programs, no files inside, no notes of origin.

Taken from ISO 32000-2: 12.6.4 (actions), 7.11.4 (embedded files), 12.7.8 (XFA), 14.3 (metadata).
"""

import io
import json
import logging
import struct
import sys
import zlib
from collections.abc import Iterator
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from sojourn.exchange.jpeg_segments import without_notes
from sojourn.exchange.limited_process import confine
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sentences import say

MOST_PAGES: Final = 50
MOST_OBJECTS: Final = 100_000
_PROGRAMS: Final = ("/AA", "/JS", "/JavaScript", "/XFA", "/OpenAction")
_FILES: Final = ("/EF", "/EmbeddedFiles", "/AF", "/RichMediaContent")
_NOTES: Final = ("/Metadata", "/PieceInfo", "/LastModified")
_DEEDS: Final = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/GoToR",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
    }
)
_CARRIED: Final = frozenset({"/Filespec", "/EmbeddedFile"})
BROKEN: Final = (
    PyPdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
)


def main() -> int:
    """Answer with one line of JSON (facts or refusal) and the bytes of a PDF behind it."""
    confine()
    logging.disable()
    try:
        facts, written = rewritten(sys.stdin.buffer.read())
    except Unreadable as refusal:
        facts, written = {"refusal": refusal.sentence.packed()}, b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + written)
    return 0


def rewritten(content: bytes) -> tuple[dict[str, object], bytes]:
    """Return facts (pages; what was removed: `programs`, `files`) and the pages as a new PDF. Raises Unreadable.

    It is written twice: what a torn file hides from the first look stands plain in what was written of it.
    """
    try:
        pages, removed, written = _once(content)
        pages, more, written = _once(written)
    except BROKEN as error:
        raise Unreadable(say("pdf_damaged")) from error
    return {"pages": pages, "removed": sorted(removed | more)}, written


def _once(content: bytes) -> tuple[int, set[str], bytes]:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Unreadable(say("pdf_locked"))
    pages = len(reader.pages)
    if not 1 <= pages <= MOST_PAGES:
        raise Unreadable(say("pdf_pages", pages=pages, most=MOST_PAGES))
    removed = set[str]()
    for part in _parts_of([reader.trailer["/Root"], *reader.pages]):
        removed |= _passive(part)
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    stream = io.BytesIO()
    writer.write(stream)
    return pages, removed, stream.getvalue()


def _parts_of(roots: list[Any]) -> Iterator[DictionaryObject]:
    """Yield every dictionary that can be reached, each once. Raises Unreadable when there are too many."""
    waiting, seen, count = roots, set[tuple[int, int]](), 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            key = (part.idnum, part.generation)
            if key in seen:
                continue
            seen.add(key)
            part = part.get_object()
        count += 1
        if count > MOST_OBJECTS:
            raise Unreadable(say("pdf_too_many_parts"))
        if isinstance(part, DictionaryObject):
            yield part
            waiting.extend(part.values())
        elif isinstance(part, ArrayObject):
            waiting.extend(part)


def _passive(part: DictionaryObject) -> set[str]:
    """Take from a part what could act, what it carries along and what it tells of its origin."""
    removed = {"programs" for key in _PROGRAMS if part.pop(key, None) is not None}
    removed |= {"files" for key in _FILES if part.pop(key, None) is not None}
    for key in _NOTES:
        part.pop(key, None)
    if str(part.get("/S", "")) in _DEEDS:
        part.clear()
        removed.add("programs")
    if str(part.get("/Type", "")) in _CARRIED:
        part.clear()
        removed.add("files")
        if isinstance(part, StreamObject):
            part._data = b""
    if isinstance(part, StreamObject) and "/DCTDecode" in str(part.get("/Filter", "")):
        part._data = without_notes(part._data)  # pypdf would decode the dots to set them
    return removed


if __name__ == "__main__":
    sys.exit(main())
