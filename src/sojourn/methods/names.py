"""Names of people in any script: a Latin form, tokens to find by, a likeness to rank by.

A name keeps its own spelling for ever; what is made here is derived from it. Three kinds of tokens
stand for each word of a name, so that a clerk who hears "Mohammed" finds محمد, Muhammad and Mehmed:
the whole word, its consonant skeleton, and its first letters.

Arabic writes few vowels and Devanagari implies them, so only the skeleton meets across scripts
(reference: Christen 2012, Data Matching, chapter 4, phonetic encoding; the folds are our own and
were measured on Wikidata's spellings of one name in several scripts).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from anyascii import anyascii
from rapidfuzz.distance import Indel, JaroWinkler

VERSION: Final = 1
"""Changes whenever the tokens of a name may change: stored tokens are then made anew."""

PREFIX_LETTERS: Final = 4
LONGEST: Final = 38
"""Letters of a word that count: with its two-letter kind a token stays within 40."""

# Words that carry no identity of their own: articles, titles, markers of descent.
# fmt: off
_PARTICLES: Final = frozenset({
    "al", "el", "ul", "as", "ad", "ar", "ash", "an", "az", "at", "ud", "bin", "ben", "ibn",
    "bint", "binti", "binte", "banu", "bani", "bn", "bnt", "mr", "mrs", "ms", "dr", "sheikh",
    "shaikh", "haji", "hajji", "de", "del", "la", "las", "los", "da", "das", "do", "dos",
    "di", "van", "von", "der", "den", "ter", "ten", "le", "du", "y", "e", "jr", "sr", "ii",
    "iii",
})
# fmt: on
# Abbreviations written for a full given name.
_SHORT_FORMS: Final = {
    "md": "mohammad",
    "mohd": "mohammad",
    "muh": "mohammad",
    "mhd": "mohammad",
    "ma": "maria",
    "mst": "mosammat",
}
_SERVANT_OF: Final = re.compile(r"^abd(?:[aeiou]l|[aeiou](?=([rsdtznj])\1))?")
_SERVANT_ALONE: Final = re.compile(r"^abd(?:[aeiou]?[lrsdtznj]?)?$")

_NASALS: Final = str.maketrans(dict.fromkeys("\u0902\u0901\u0982\u0981\u0a02\u0a70\u0a82", "n"))
"""The signs of Indic scripts that nasalise a vowel: written n in Latin far more often than m."""

# Upper case stands for a sound while the folds run: S hushes, K throats.
_FOLDS: Final = tuple(
    (re.compile(pattern), folded)
    for pattern, folded in (
        (r"s?chtsch|shch|t?sch|tch|tsh|dzh|dj|zh|jh|sh|sz|cz|ch", "S"),
        (r"ck|[kg]h|q", "K"),
        (r"ph", "f"),
        (r"([tdb])h", r"\1"),
        (r"x", "Ks"),
        (r"c(?=[eiy])|ts", "S"),
        (r"c", "K"),
    )
)
# Other readings of the same letters, tried one at a time.
_READINGS: Final = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"kh", "h"),
        (r"ch", "k"),
        (r"j", "y"),
        (r"g(?=[eiy])", "j"),
        (r"th", "s"),
    )
)
_SOUNDS: Final = str.maketrans(
    {"S": "s", "K": "k", "g": "k", "z": "s", "j": "s", "p": "b", "f": "b", "d": "t"}
)


_LONG_VOWELS: Final = str.maketrans({"o": "w", "u": "w", "v": "w", "i": "y", "j": "y"})


def romanise(name: str) -> str:
    """Return the name in lower-case Latin letters, digits and single spaces.

    Combining marks stay with their letter until the letter is romanised: a vowel sign is part of
    a Hindi or Bengali word, never a gap in it. Chinese and Korean names are parted by syllable.
    """
    return " ".join(_words(name))


def _words(name: str) -> Iterator[str]:
    for word in _split(unicodedata.normalize("NFKC", name)):
        script = _script(word)
        if script == "ARABIC":
            word = _bare_arabic(word)  # noqa: PLW2901  the same word, barer
        latin = anyascii(word.translate(_NASALS))
        if script in {"CJK", "HANGUL"}:
            latin = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", latin)
        latin = latin.lower().replace("'", "").replace("`", "")
        yield from re.findall(r"[a-z0-9]+", latin)


def _split(name: str) -> Iterator[str]:
    """Part a name at anything but letters, marks, digits and the apostrophes within a word."""
    word: list[str] = []
    for sign in name:
        if unicodedata.category(sign)[0] in "LMN" or sign in "'’ʼ`´\u200c\u200d":
            word.append(sign)
        elif word:
            yield "".join(word)
            word = []
    if word:
        yield "".join(word)


def _script(word: str) -> str:
    for sign in word:
        if sign.isalpha():
            return unicodedata.name(sign, "LATIN").split()[0]
    return "LATIN"


def _bare_arabic(word: str) -> str:
    """Without vowel signs and the article; one spelling for hamza, alif maqsura and ta marbuta."""
    word = "".join(sign for sign in word if not unicodedata.combining(sign) and sign != "ـ")
    if word.startswith("ال") and len(word) > 4:
        word = word[2:]
    word = word.translate(str.maketrans("أإآٱؤئىة", "ااااوييه"))
    return re.sub(r"^عبد(?:ال)?", "abd", word)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words that tell people apart, in their order, romanised.

    Articles, titles and markers of descent are left out; ``Abd al-Rahman`` is one word; ``Md.`` is
    read as Mohammad. A name of particles only keeps them.
    """
    words = list(_words(name))
    joined: list[str] = []
    servant = False
    for word in words:
        if servant and word in _PARTICLES:
            continue
        if servant:
            joined.append("abd" + word)
            servant = False
        elif _SERVANT_ALONE.match(word):
            servant = True
        elif word not in _PARTICLES:
            joined.append(_SHORT_FORMS.get(word, word))
    if servant:
        joined.append("abd")
    return tuple(joined or words)


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """Return the consonants of a romanised word, with those that scripts confuse made one.

    Vowels, ``h``, ``w``, ``v`` and ``y`` go; doubled letters become one.
    Empty for a word of vowels.
    """
    if word.startswith("abd"):
        word = _SERVANT_OF.sub("abd", word)
    for pattern, folded in _FOLDS:
        word = pattern.sub(folded, word)
    bare = re.sub(r"[aeiouhwvy0-9]", "", word).translate(_SOUNDS)
    return re.sub(r"(.)\1+", r"\1", bare)


def _skeletons(word: str) -> set[str]:
    """The skeleton, and those of other ways to read the word: kh as h, g before e as j."""
    return {skeleton(word)} | {skeleton(pattern.sub(read, word)) for pattern, read in _READINGS}


def tokens_of(name: str) -> frozenset[str]:
    """Return the search tokens of a name: ``w:`` words, ``s:`` skeletons, ``p:`` prefixes.

    A skeleton of one letter finds everybody, so it is left out.
    """
    found: set[str] = set()
    words = words_of(name)
    for word in (*words, *_joined(words)):
        found.add(f"w:{word[:LONGEST]}")
        found.update(f"s:{bones[:LONGEST]}" for bones in _skeletons(word) if len(bones) >= 2)
        if len(word) >= PREFIX_LETTERS:
            found.add(f"p:{word[:PREFIX_LETTERS]}")
    return frozenset(found)


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """Neighbours written as one word: "Xiao Ming" is also Xiaoming, "Dela Cruz" Delacruz."""
    return tuple(left + right for left, right in pairwise(words))


@lru_cache(maxsize=65_536)
def _as_abjad(word: str) -> str:
    """As a script without short vowels would write it: ``yusuf`` and ``ywsf`` are then close."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"(?<=.)[ae]", "", word).translate(_LONG_VOWELS))


@lru_cache(maxsize=65_536)
def _likeness(left: str, right: str) -> float:
    """Likeness of two romanised words in [0, 1]: spelling and skeleton, the better of the two."""
    spelled = max(
        JaroWinkler.similarity(left, right),
        0.96 * Indel.normalized_similarity(_as_abjad(left), _as_abjad(right)),
    )
    bones_left, bones_right = skeleton(left), skeleton(right)
    if not bones_left or not bones_right:
        return spelled
    bones = JaroWinkler.similarity(bones_left, bones_right)
    shortest = min(len(bones_left), len(bones_right))
    trust = 0.95 if shortest >= 3 else 0.88 if shortest == 2 else 0.7
    return max(spelled, trust * bones * (0.8 + 0.2 * spelled))


def similarity(left: str, right: str) -> float:
    """Return how alike two full names are, in [0, 1], whatever their scripts.

    Each word of the shorter name is paired with its best partner in the longer one. Words out of
    order cost a little: Ahmad bin Hasan is not Hasan bin Ahmad, but families also write the
    family name first. Words without a partner cost less than words that disagree.
    """
    short, long = sorted((words_of(left), words_of(right)), key=len)
    if not short:
        return 0.0
    if "".join(short) == "".join(long):
        return 1.0
    free = list(range(len(long)))
    partners: list[int] = []
    total = weight = 0.0
    for word in short:
        best = max(free, key=lambda place: _likeness(word, long[place]))
        free.remove(best)
        partners.append(best)
        size = max(len(word), len(long[best]))
        total += size * _likeness(word, long[best])
        weight += size
    score = total / weight
    if partners != sorted(partners):
        score *= 0.92
    return score * (1 - 0.06 * min(len(free), 3))
