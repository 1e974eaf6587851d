"""Draws one picture anew, in a process of its own: what comes out is dots, and nothing a file can hide.

Place, time, device, thumbnails, comments, colour profiles and whatever was appended stay behind.
"""

import io
import json
import struct
import sys
import warnings
import zlib
from typing import Final

from PIL import Image

from sojourn.exchange.limited_process import confine
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sentences import say

MOST_PIXELS: Final = 25_000_000
LONGEST_SIDE: Final = 4_096
QUALITY: Final = 88
FORMATS: Final = ("JPEG", "PNG", "WEBP")
_PLACE: Final = 0x8825  # the GPS part of Exif (JEITA CP-3451, 4.6.3)
_ORIENTATION: Final = 0x0112
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BROKEN: Final = (
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
)


def main() -> int:
    """Answer with one line of JSON (facts or refusal) and the bytes of a JPEG behind it."""
    confine()
    try:
        facts, drawn = redrawn(sys.stdin.buffer.read())
    except Unreadable as refusal:
        facts, drawn = {"refusal": refusal.sentence.packed()}, b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + drawn)
    return 0


def redrawn(content: bytes) -> tuple[dict[str, object], bytes]:
    """Return facts and the picture as a JPEG, upright, on white, no side above 4,096 dots.

    Raises Unreadable when it is no picture, or has more than 25 million dots (counted before any
    is decoded).
    """
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            turn, had_place = _notes_of(picture)
            drawn = _on_white(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(say("picture_too_large", millions=MOST_PIXELS // 1_000_000)) from error
    except BROKEN as error:
        raise Unreadable(say("picture_damaged")) from error
    upright = drawn if turn is None else drawn.transpose(turn)
    stream = io.BytesIO()
    upright.save(stream, "JPEG", quality=QUALITY)
    facts = {"pages": 1, "removed": ["place"] if had_place else []}
    return facts, stream.getvalue()


def _notes_of(picture: Image.Image) -> tuple[Image.Transpose | None, bool]:
    """Return how to turn a picture upright, and whether it says where it was taken."""
    try:
        notes = picture.getexif()
        return TURNS.get(notes.get(_ORIENTATION, 1)), _PLACE in notes
    except BROKEN:  # the dots may be whole although the notes are not
        return None, False


def _on_white(picture: Image.Image) -> Image.Image:
    """Return new dots without any of the notes that came with the old ones."""
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = picture.convert("L")
    sheet = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        sheet.paste(picture, mask=picture.getchannel("A"))
    else:
        sheet.paste(picture.convert("RGB"))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
