"""How many SMS a text takes: GSM 7-bit default alphabet with its extension (3GPP TS 23.038 §6.2.1), else UCS-2."""

from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
GSM7_ALONE, GSM7_JOINED = 160, 153
UCS2_ALONE, UCS2_JOINED = 70, 67


@dataclass(frozen=True, slots=True)
class Parts:
    """The alphabet (`GSM-7` or `UCS-2`), the units that the text takes in it, and the number of SMS."""

    alphabet: str
    units: int
    count: int


def parts_of(text: str) -> Parts:
    """Return how many SMS a text takes. A sign of two units is never cut between two parts."""
    if all(map(_is_gsm7, text)):
        widths = [2 if sign in EXTENDED else 1 for sign in text]
        return _counted("GSM-7", widths, GSM7_ALONE, GSM7_JOINED)
    widths = [2 if ord(sign) > 0xFFFF else 1 for sign in text]
    return _counted("UCS-2", widths, UCS2_ALONE, UCS2_JOINED)


def _counted(alphabet: str, widths: list[int], alone: int, joined: int) -> Parts:
    total = sum(widths)
    if total <= alone:
        return Parts(alphabet, total, 1)
    count, room = 1, joined
    for width in widths:
        if width > room:
            count, room = count + 1, joined
        room -= width
    return Parts(alphabet, total, count)


def without_accents(text: str) -> str:
    """Return a Latin text in the GSM 7-bit alphabet, or as it was when that cannot be."""
    plain = "".join(sign if _is_gsm7(sign) else normalize("NFD", sign)[0] for sign in text)
    return plain if all(map(_is_gsm7, plain)) else text


def _is_gsm7(sign: str) -> bool:
    return sign in BASIC or sign in EXTENDED
