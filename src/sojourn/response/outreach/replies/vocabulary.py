"""The tables of `words.toml`, ready for finding the longest phrase at a place."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sojourn.response.outreach.replies.signs import Sign, signs_of

FILE: Final = Path(__file__).with_name("words.toml")
EVERYWHERE: Final = "*"
# Words of English that are written inside every language.
BORROWED: Final = frozenset(
    {"safe", "ok", "okay", "okey", "fine", "help", "sos", "stop", "emergency"}
)
# Numbers whose word means something else elsewhere: read only for who prefers that language.
AMBIGUOUS_NUMBERS: Final = frozenset({"hai", "and", "first", "second", "um", "uma", "do", "yek"})

Phrase = tuple[str, ...]
Tags = dict[str, frozenset[str]]  # tag → languages


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of the tables at the signs [start, end) of a text, with what it may mean in which languages."""

    start: int
    end: int
    phrase: Phrase
    tags: Tags

    def languages(self, tag: str) -> frozenset[str]:
        """Return the languages in which the phrase has this tag."""
        return self.tags.get(tag, frozenset())


@cache
def phrases() -> dict[Phrase, Tags]:
    """Return phrase → tag → languages."""
    with FILE.open("rb") as stream:
        tables: dict[str, dict[str, list[str]]] = tomllib.load(stream)
    collected: dict[Phrase, dict[str, set[str]]] = {}
    for language, tags in tables.items():
        for tag, entries in tags.items():
            for entry in entries:
                phrase = tuple(sign.text for sign in signs_of(entry) if sign.text)
                spoken = EVERYWHERE if language == "universal" or entry in BORROWED else language
                collected.setdefault(phrase, {}).setdefault(tag, set()).add(spoken)
    return {
        phrase: {tag: frozenset(languages) for tag, languages in tags.items()}
        for phrase, tags in collected.items()
    }


@cache
def longest() -> int:
    """Return the number of words of the longest phrase."""
    return max(map(len, phrases()))


@cache
def plain_negations() -> frozenset[Phrase]:
    """Return negations that are nothing else in any language, so that they count beside borrowed words."""
    own = {"not", "not_after", "not_safe", "no_help"}
    return frozenset(
        phrase for phrase, tags in phrases().items() if "not" in tags and not set(tags) - own
    )


def find(signs: Sequence[Sign]) -> tuple[list[Found], list[int]]:
    """Return the longest phrases from left to right, and the places of words that no table knows."""
    found: list[Found] = []
    unknown: list[int] = []
    place = 0
    while place < len(signs):
        if not signs[place].text:
            place += 1
            continue
        here = _longest_at(signs, place)
        if here is None:
            unknown.append(place)
            place += 1
        else:
            found.append(here)
            place = here.end
    return found, unknown


def _longest_at(signs: Sequence[Sign], place: int) -> Found | None:
    words: list[str] = []
    for sign in signs[place : place + longest()]:
        if not sign.text:
            break
        words.append(sign.text)
    for first in _spellings(words[0]):
        for length in range(len(words), 0, -1):
            phrase = (first, *words[1:length])
            if phrase in phrases():
                return Found(place, place + length, phrase, phrases()[phrase])
    return None


def _spellings(word: str) -> tuple[str, ...]:
    """Return a word, and without the Arabic "and" before it."""
    return (word, word[1:]) if word.startswith("و") and len(word) > 3 else (word,)
