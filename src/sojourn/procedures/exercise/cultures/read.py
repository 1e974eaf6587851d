"""Reads the names and the answers of each culture."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its own script and in Latin letters."""

    own: str
    latin: str


@dataclass(frozen=True, slots=True)
class Culture:
    """How people of one culture are called, and the language they prefer (BCP 47)."""

    language: str
    order: str
    given: Mapping[bool, Sequence[Name]]  # by whether of a woman
    family: Sequence[Name]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is written in one language, by what it means."""

    digits: str
    meaning: Mapping[str, Sequence[str]]


@cache
def culture(key: str) -> Culture:
    """Return a culture by the name of its file."""
    facts = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    return Culture(
        language=facts["language"],
        order=facts["order"],
        given={True: _names(facts["female"]), False: _names(facts["male"])},
        family=_names(facts["family"]),
    )


@cache
def phrases(language: str) -> Phrases:
    """Return the phrases of a language, the English ones where there are none."""
    known = tomllib.loads((FOLDER / "replies.toml").read_text(encoding="utf-8"))
    facts = dict(known.get(language, known["en"]))
    return Phrases(digits=facts.pop("digits"), meaning=facts)


def full_name(key: str, *, is_female: bool, family: Name, random: Random) -> Name:
    """Return a person's whole name, in the order of the culture."""
    facts = culture(key)
    given = random.choice(facts.given[is_female])
    if facts.order == "family given, joined":
        return Name(family.own + given.own, f"{family.latin} {given.latin}")
    if facts.order == "family middle given":
        middle = "Thị" if is_female else "Văn"
        own = f"{family.own} {middle} {given.own}"
        return Name(own, own)
    words = [given, family]
    if facts.order == "given father family":
        words.insert(1, random.choice(facts.given[False]))
    elif facts.order == "given family family":
        words.append(random.choice(facts.family))
    return Name(" ".join(word.own for word in words), " ".join(word.latin for word in words))


def _names(text: str) -> tuple[Name, ...]:
    names = []
    for entry in text.split(", "):
        own, _, latin = entry.partition("/")
        names.append(Name(own, latin or own))
    return tuple(names)
