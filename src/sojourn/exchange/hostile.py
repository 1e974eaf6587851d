"""Loads XML from strangers: no document type, no entities, no network, bounded in every direction.

The parser is fed in small pieces and stopped at the first sign of a bomb, so a hostile file never
grows in memory beyond what its own bytes take. Comments and processing instructions are kept,
because a signature may cover them.
"""

import io
import re
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from sojourn.exchange.reading import Unreadable

MAX_BYTES: Final = 32 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 400_000
MAX_ATTRIBUTES: Final = 200
_PIECE: Final = 64 * 1024

_NOISE: Final = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
# An entity of the standard, or a number, is harmless; any other would need a document type.
_REFUSAL: Final = (
    "The file declares a document type (DOCTYPE). That is how XML attacks are made; refused."
)


def read_bounded(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file, or raise Unreadable when it is larger than the limit."""
    with path.open("rb") as stream:
        return take_bounded(stream, limit)


def take_bounded(stream: BinaryIO, limit: int = MAX_BYTES) -> bytes:
    """Return what the stream holds, reading at most one byte beyond the limit."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise Unreadable(f"The file is larger than {limit // (1024 * 1024)} MB; refused.")
    return data


def load_xml(data: bytes) -> etree._Element:
    """Return the root element. Raises Unreadable, with the line where known."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"The file is larger than {MAX_BYTES // (1024 * 1024)} MB; refused.")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not data:
        raise Unreadable("The file is empty.")
    _refuse_document_type(data)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
        recover=False,
    )
    try:
        return _fed(parser, data)
    except etree.XMLSyntaxError as error:
        first = next(
            iter(parser.feed_error_log), None
        )  # what came first, not what followed from it
        words, line = (first.message, first.line) if first else (error.msg, error.lineno)
        raise Unreadable(_in_words(words or "", data), line or None) from error


def _fed(parser: "etree.XMLPullParser[etree._Element]", data: bytes) -> etree._Element:
    stream, watch = io.BytesIO(data), _Watch()
    while piece := stream.read(_PIECE):
        parser.feed(piece)
        watch.look(parser)
    root = parser.close()
    watch.look(parser)
    for _entity in root.iter(etree.Entity):
        raise Unreadable("The file uses an entity it does not define.", _entity.sourceline)
    return root


class _Watch:
    """Counts what the parser has met so far, and stops it in time."""

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0

    def look(self, parser: "etree.XMLPullParser[etree._Element]") -> None:
        for event, element in parser.read_events():
            if event == "end":
                self.depth -= 1
                continue
            self.depth += 1
            self.elements += 1
            line = element.sourceline
            if self.elements == 1 and element.getroottree().docinfo.doctype:
                raise Unreadable(_REFUSAL, line)
            if self.depth > MAX_DEPTH:
                raise Unreadable(f"Elements are nested deeper than {MAX_DEPTH}; refused.", line)
            if self.elements > MAX_ELEMENTS:
                raise Unreadable(f"The file has more than {MAX_ELEMENTS} elements; refused.", line)
            if len(element.attrib) > MAX_ATTRIBUTES:
                raise Unreadable("An element has too many attributes; refused.", line)


def _refuse_document_type(data: bytes) -> None:
    """Look at what stands before the first element, before any parser does."""
    head = data[:_PIECE]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:4]:
        head = head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    position = 0
    while noise := _NOISE.match(head, position):
        position = noise.end()
    if head[position : position + 9].upper() == b"<!DOCTYPE":
        raise Unreadable(_REFUSAL, head.count(b"\n", 0, position) + 1)


def _in_words(words: str, data: bytes) -> str:
    declared = _DECLARED.match(data)
    name = declared.group(1).decode() if declared else "UTF-8"
    if "encoding" in words.lower():
        return f"The text is not in the encoding it says ({name}), so it is not well-formed XML."
    return f"Not well-formed XML: {words.strip()}."
