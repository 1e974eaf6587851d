"""Names of places as they are compared: without case, marks and the letters that hands write differently."""

import re
import unicodedata
from typing import Final

from sojourn.exchange.gazetteer import folded

_ARABIC_MARKS: Final = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_ARABIC_LETTERS: Final = str.maketrans(
    {"ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ں": "ن"}
)
_APOSTROPHES: Final = re.compile("[ʿʾʼ‘’'`´]")


def plain_place(text: str) -> str:
    """Return words as places are compared, parted by single spaces. Works in every script."""
    bare = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text))
    words = _ARABIC_MARKS.sub("", folded(bare)).translate(_ARABIC_LETTERS)
    return " ".join(re.sub(r"[^\w\u0300-\u036f\u0900-\u0fff]+", " ", words).split())
