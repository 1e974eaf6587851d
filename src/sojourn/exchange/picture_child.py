"""Draws one picture anew, in a process of its own: what comes out is dots, and nothing a file can hide.

Place, time, device, thumbnails, comments, colour profiles and whatever was appended stay behind.
"""

import io
import json
import sys
import warnings
from typing import Final

from PIL import Image, ImageOps

from sojourn.exchange.limited_process import confine
from sojourn.exchange.reading import Unreadable

MOST_PIXELS: Final = 25_000_000
LONGEST_SIDE: Final = 4_096
QUALITY: Final = 88
FORMATS: Final = ("JPEG", "PNG", "WEBP")
_PLACE: Final = 0x8825  # the GPS part of Exif (JEITA CP-3451, 4.6.3)


def main() -> int:
    """Answer with one line of JSON (facts or refusal) and the bytes of a JPEG behind it."""
    confine()
    try:
        facts, drawn = redrawn(sys.stdin.buffer.read())
    except Unreadable as refusal:
        facts, drawn = {"refusal": refusal.problem}, b""
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
            had_place = _PLACE in picture.getexif()
            drawn = _on_white(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable("The picture has more than 25 million dots. Send it smaller.") from error
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError) as error:
        raise Unreadable("The picture is damaged.") from error
    stream = io.BytesIO()
    drawn.save(stream, "JPEG", quality=QUALITY)
    facts = {"pages": 1, "removed": ["place"] if had_place else []}
    return facts, stream.getvalue()


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
