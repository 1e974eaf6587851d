"""128 bits as twelve common English words, to be read aloud or copied by hand: BIP 39 (Palatinus et al., 2013).

The last word carries four bits of a checksum, so that a word taken down wrongly is most often noticed.
The words are vendored in data/words.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

WORDS: Final = Path(__file__).resolve().parents[3] / "data" / "words" / "english.txt"
NUMBER_BYTES: Final = 16
WORD_COUNT: Final = 12
WORD_BITS: Final = 11
CHECK_BITS: Final = 4
TELLING_LETTERS: Final = 4


class NotWords(ValueError):
    """These are not twelve words of the list, or one of them was taken down wrongly."""


def words_of(number: bytes) -> tuple[str, ...]:
    """Return the twelve words that spell 16 bytes."""
    if len(number) != NUMBER_BYTES:
        raise ValueError(f"{len(number)} bytes were given; 16 are needed.")
    bits = int.from_bytes(number, "big") << CHECK_BITS | _check(number)
    words = _words()
    return tuple(
        words[bits >> WORD_BITS * place & (1 << WORD_BITS) - 1]
        for place in reversed(range(WORD_COUNT))
    )


def number_of(said: str) -> bytes:
    """Return the 16 bytes that twelve words spell; four letters of each are enough. Raises NotWords."""
    given = said.lower().split()
    if len(given) != WORD_COUNT:
        raise NotWords(f"{len(given)} words were given; 12 are needed.")
    bits = 0
    for word in given:
        place = _places().get(word[:TELLING_LETTERS])
        if place is None or not _words()[place].startswith(word):
            raise NotWords(f"“{word}” is not one of the words.")
        bits = bits << WORD_BITS | place
    number = (bits >> CHECK_BITS).to_bytes(NUMBER_BYTES, "big")
    if bits & (1 << CHECK_BITS) - 1 != _check(number):
        raise NotWords("One of the words was taken down wrongly.")
    return number


def _check(number: bytes) -> int:
    return sha256(number).digest()[0] >> 8 - CHECK_BITS


@cache
def _words() -> tuple[str, ...]:
    return tuple(WORDS.read_text(encoding="ascii").split())


@cache
def _places() -> dict[str, int]:
    return {word[:TELLING_LETTERS]: place for place, word in enumerate(_words())}
