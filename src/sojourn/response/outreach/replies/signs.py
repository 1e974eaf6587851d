"""From a text to words, numbers and breaks, the same for every way of writing the same thing."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

BREAKS: Final = frozenset(".,;:!?\n\r()[]/|،؛؟।॥።፣፤፥፦፧。、！？—–…")
QUESTIONS: Final = frozenset("?؟፧？")
JOINED_ENDING: Final = re.compile(r"['’ʼ‘`´](?=[a-z]{1,2}(?![^\W\d_]))")
APOSTROPHES: Final = re.compile(r"['’ʼ‘`´]")
INITIALS: Final = re.compile(r"(?<![^\W_])([^\W\d_])\.(?=[^\W\d_](?![^\W_]))")
STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
SAME: Final = str.maketrans(
    {
        "đ": "d",
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ک": "ك",
        "ہ": "ه",
        "ة": "ه",
        "ؤ": "و",
        "ـ": None,
        "ँ": "ं",
        "़": None,
        "ঁ": None,
        "়": None,
        "\ufe0f": None,
        "\u20e3": None,
    }
)
# Written without spaces: each sign is a word of its own, so that phrases are found inside a sentence.
UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "MYANMAR", "KHMER", "LAO")


@dataclass(frozen=True, slots=True)
class Sign:
    """A word (`text`), a number (`value`), or a break between clauses (neither)."""

    text: str = ""
    value: int | None = None
    is_question: bool = False

    @property
    def is_break(self) -> bool:
        """Return whether a clause ends here."""
        return not self.text and self.value is None


def signs_of(text: str) -> list[Sign]:
    """Return the words, numbers and breaks of a text, in order."""
    return list(_signs(normalised(text)))


def normalised(text: str) -> str:
    """Return a text as it is compared: case, accents of Latin, vowel marks of Arabic and joiners removed."""
    text = "".join(f" {_value(sign)} " if _is_odd_number(sign) else sign for sign in text)
    text = unicodedata.normalize("NFKC", text).casefold()
    text = APOSTROPHES.sub(" ", JOINED_ENDING.sub("", text))
    text = "".join(_plain(sign) for sign in text).translate(SAME)
    return STRETCHED.sub(r"\1", INITIALS.sub(r"\1", text))


def _signs(text: str) -> Iterator[Sign]:
    for run, kind in _runs(text):
        if kind == "number":
            yield Sign(value=int("".join(str(unicodedata.decimal(sign)) for sign in run[:9])))
        elif kind == "word":
            yield Sign(run)
        else:
            yield Sign(is_question=run in QUESTIONS)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the numbers, words and breaks of a text; what is none of them only parts them."""
    for kind, signs in groupby(text, key=_kind):
        run = "".join(signs)
        if kind in ("number", "word"):
            yield run, kind
        elif kind:
            yield from ((sign, kind.removeprefix("single ")) for sign in run)


@cache
def _kind(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return "number"
    if category[0] in "LM":
        return "single word" if _is_unspaced(sign) else "word"
    if sign in BREAKS:
        return "break"
    return "single word" if category == "So" else ""


def _is_odd_number(sign: str) -> bool:
    """Whether a sign is a whole number without being a decimal digit: ①, ❷, ፬, Ⅱ."""
    return unicodedata.category(sign) in {"No", "Nl"} and _value(sign) is not None


def _value(sign: str) -> int | None:
    value = unicodedata.numeric(sign, None)
    return int(value) if value is not None and value == int(value) else None


@cache
def _plain(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cf" or (kind == "Mn" and "\u064b" <= sign <= "\u0670"):
        return ""
    if unicodedata.name(sign, "").startswith("LATIN"):
        return unicodedata.normalize("NFD", sign)[0]
    return "" if "\u0300" <= sign <= "\u036f" else sign


@cache
def _is_unspaced(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(UNSPACED)
