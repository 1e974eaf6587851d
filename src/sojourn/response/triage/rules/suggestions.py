"""Words that suggest a need. They only suggest: a person confirms. A false find costs a look, a missed one a call."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("words_v1.toml")
LONGEST_READ: Final = 4_000
DANGER: Final = "danger"  # the list of words that may mean danger to life


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A kind of need that a word may mean; `kind` is "danger" for danger to life."""

    kind: str
    word: str
    language: str


def suggest_needs(text: str) -> tuple[Suggestion, ...]:
    """Return at most one suggestion a kind, in the order of the lists; empty when no word is known."""
    padded = f" {_plain(text[:LONGEST_READ])} "
    found: dict[str, Suggestion] = {}
    for kind, word, shown, language in _words():
        if kind not in found and word in padded:
            found[kind] = Suggestion(kind, shown, language)
    return tuple(found.values())


@cache
def _words() -> tuple[tuple[str, str, str, str], ...]:
    """Return (kind, what is sought, word as listed, language). Words of spaced scripts are sought at their start."""
    tables: dict[str, dict[str, list[str]]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        (kind, _sought(word), word.strip(), language)
        for language, kinds in tables.items()
        for kind, words in kinds.items()
        for word in words
    )


def _sought(word: str) -> str:
    """Return a listed word as it stands in a padded text; one with a space at its end is a whole word."""
    start = "" if _is_joined(word) else " "
    return f"{start}{_plain(word)}{' ' if word.endswith(' ') else ''}"


def _is_joined(word: str) -> bool:
    """Whether the script glues small words to the front of others, so that a word may begin anywhere."""
    return any(name in unicodedata.name(word[0], "") for name in ("ARABIC", "ETHIOPIC"))


def _plain(text: str) -> str:
    """Fold case, Latin accents, Arabic vowel marks and punctuation; vowel signs of Indian scripts stay."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    signs = []
    for sign in folded:
        category = unicodedata.category(sign)
        if category == "Mn" and _is_dropped(sign):
            continue
        signs.append(sign if category[0] in "LMN" else " ")
    return " ".join(unicodedata.normalize("NFC", "".join(signs)).split())


def _is_dropped(mark: str) -> bool:
    return "\u0300" <= mark <= "\u036f" or "\u064b" <= mark <= "\u065f" or mark == "\u0670"
