"""Pictures and documents that people send, made harmless: drawn or written anew, apart from us."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sojourn.exchange.content_kinds import PICTURES, Kind, kind_of
from sojourn.exchange.limited_process import run_limited
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sentences import say, unpacked

LARGEST_BYTES: Final = 10_000_000
_CHILDREN: Final[Mapping[Kind, str]] = {
    Kind.PDF: "pdf_child",
    **dict.fromkeys(PICTURES, "picture_child"),
}


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file that is fit to be kept and handed out: a JPEG or a PDF.

    ``removed`` says what was taken out: ``place`` (where a photo was taken), ``programs``, ``files``.
    """

    kind: Kind
    content: bytes
    pages: int
    removed: tuple[str, ...]


def clean_file(content: bytes) -> CleanFile:
    """Return a picture (JPEG, PNG, WebP) as a new JPEG, or a PDF as a new PDF. Raises Unreadable."""
    if len(content) > LARGEST_BYTES:
        raise Unreadable(say("file_too_large", megabytes=LARGEST_BYTES // 1_000_000))
    kind = kind_of(content)
    if kind not in _CHILDREN:
        raise Unreadable(say("not_kept"))
    said, _line, cleaned = run_limited(_CHILDREN[kind], content).partition(b"\n")
    facts = json.loads(said)
    if "refusal" in facts:
        raise Unreadable(unpacked(facts["refusal"]))
    if len(cleaned) > 2 * LARGEST_BYTES:
        raise Unreadable(say("grows_too_large"))
    return CleanFile(
        kind=Kind.PDF if kind == Kind.PDF else Kind.JPEG,
        content=cleaned,
        pages=int(facts["pages"]),
        removed=tuple(facts["removed"]),
    )
