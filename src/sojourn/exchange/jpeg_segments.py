"""The segments of a JPEG that speak of more than its dots: Exif with the place, XMP, comments."""

from typing import Final

_START: Final = b"\xff\xd8"
_NOTES: Final = frozenset({0xE1, 0xED, 0xFE})  # APP1 (Exif, XMP), APP13 (Photoshop), comment
_SCAN: Final = 0xDA
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})


def without_notes(content: bytes) -> bytes:
    """Return a JPEG without its notes; anything that is no JPEG, or broken, as it came.

    ITU-T T.81 (1992), annex B: a segment is FF, its kind, and its length in two bytes.
    """
    if not content.startswith(_START):
        return content
    kept, at = bytearray(_START), 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        kind = content[at + 1]
        if kind == _SCAN:
            return bytes(kept) + content[at:]
        size = 2 if kind in _BARE else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if kind not in _NOTES:
            kept += content[at : at + size]
        at += size
    return content
