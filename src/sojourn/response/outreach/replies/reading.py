"""What a reply says. A table of words decides; what the tables do not know is left to a person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sojourn.response.outreach.replies.signs import Sign, signs_of
from sojourn.response.outreach.replies.vocabulary import (
    AMBIGUOUS_NUMBERS,
    EVERYWHERE,
    Found,
    find,
    phrases,
    plain_negations,
)

REACH_BEFORE: Final = 4
REACH_AFTER: Final = 2
MOST_PEOPLE: Final = 30
LONGEST_READ: Final = 2_000
SAFE_CHOICE: Final = 1
HELP_CHOICE: Final = 2


class Meaning(StrEnum):
    """What a reply was read as. `text`: a person must read it."""

    SAFE = "safe"
    HELP = "help"
    STOP = "stop"
    START = "start"
    TEXT = "text"


class Scope(StrEnum):
    """For whom a reply speaks: its writer, those who share the telephone, or the whole household."""

    PERSON = "person"
    PHONE = "phone"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says, for whom, how many people it names, and the words that decided it.

    `is_whole` is false when a part was not understood: a person reads that reply too.
    """

    meaning: Meaning
    scope: Scope = Scope.PERSON
    headcount: int | None = None
    language: str = ""
    is_whole: bool = False
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parts:
    """A reply taken apart."""

    signs: Sequence[Sign]
    found: Sequence[Found]
    unknown: Sequence[int]

    def tagged(self, tag: str) -> list[Found]:
        return [one for one in self.found if tag in one.tags]

    def clause_of(self, one: Found) -> tuple[int, int]:
        """Return the signs [start, end) between the breaks and contrasts around a phrase."""
        cuts = [place for place, sign in enumerate(self.signs) if sign.is_break]
        cuts += [contrast.start for contrast in self.tagged("but")]
        start = max((cut + 1 for cut in cuts if cut < one.start), default=0)
        end = min((cut for cut in cuts if cut >= one.end), default=len(self.signs))
        return start, end


def read_reply(text: str, *, language: str = "") -> Reading:
    """Read a reply. `language` is what the person prefers (BCP 47); it settles words that two languages share."""
    signs = signs_of(text[:LONGEST_READ])
    parts = _Parts(signs, *find(signs))
    command = _command(parts)
    if command is not None:
        return Reading(command, is_whole=True, language=_language(parts), why=_why(parts, command))
    numbers = [sign.value for sign in signs if sign.value is not None]
    choice = _choice(parts, numbers, language)
    meaning = _meaning(parts, choice)
    headcount = _headcount(parts, numbers, choice)
    return Reading(
        meaning=meaning,
        scope=_scope(parts, headcount),
        headcount=headcount,
        language=_language(parts) or language,
        is_whole=meaning != Meaning.TEXT
        and not parts.unknown
        and not parts.tagged("others")
        and len(set(numbers)) <= 2
        and {SAFE_CHOICE, HELP_CHOICE} != set(numbers),
        why=_why(parts, meaning),
    )


def _command(parts: _Parts) -> Meaning | None:
    """STOP and START count only as the whole message: nobody is cut off for asking to stop a bleeding."""
    said = [one for one in parts.found if set(one.tags) - {"filler"}]
    if len(said) != 1 or parts.unknown or any(sign.value is not None for sign in parts.signs):
        return None
    if "stop" in said[0].tags and "help" not in said[0].tags:
        return Meaning.STOP
    return Meaning.START if "start" in said[0].tags else None


def _meaning(parts: _Parts, choice: int | None) -> Meaning:
    safes = [*parts.tagged("safe"), *parts.tagged("weak")]
    standing = [one for one in safes if not _is_negated(parts, one)]
    is_help = (
        choice == HELP_CHOICE
        or len(standing) < len(safes)
        or bool(parts.tagged("help") or parts.tagged("not_safe"))
        or bool(safes and parts.tagged("except"))
    )
    if is_help:
        return Meaning.HELP
    firm = [one for one in standing if _is_firm(parts, one)]
    firm += [one for one in parts.tagged("no_help") if _is_firm(parts, one)]
    doubted = [one for one in standing if "weak" not in one.tags]
    if (firm or (choice == SAFE_CHOICE and not doubted)) and not _is_left_open(parts):
        return Meaning.SAFE
    return Meaning.TEXT


def _is_negated(parts: _Parts, safe: Found) -> bool:
    start, end = parts.clause_of(safe)
    spoken = _spoken(safe)
    for one in parts.found:
        before = "not" in one.tags and start <= one.start < one.end <= safe.start
        if before and safe.start - one.end <= REACH_BEFORE and _negates(one, "not", spoken):
            return True
        after = "not_after" in one.tags and safe.end <= one.start < end
        if after and one.start - safe.end < REACH_AFTER and _negates(one, "not_after", spoken):
            return True
    return False


def _negates(negation: Found, tag: str, spoken: frozenset[str]) -> bool:
    if EVERYWHERE in spoken and (tag == "not_after" or negation.phrase in plain_negations()):
        return True
    return bool(negation.languages(tag) & spoken)


def _is_firm(parts: _Parts, one: Found) -> bool:
    """A firm "safe" is no question, wish or condition, and not about somebody else only.

    A weak one, such as "fine", is firm when somebody says it of themselves and the clause is understood whole.
    """
    start, end = parts.clause_of(one)
    if end < len(parts.signs) and parts.signs[end].is_question:
        return False
    spoken = _spoken(one)
    beside = [
        other
        for other in parts.found
        if start <= other.start < other.end <= end and other is not one
    ]

    def is_said(tag: str) -> bool:
        return any(_says(other, tag, spoken) for other in beside)

    if is_said("doubt"):
        return False
    own = any(word in {"i", "im", "me", "am"} for word in one.phrase) or any(map(is_said, _OWN))
    if "weak" in one.tags:
        return own and not any(start <= place < end for place in parts.unknown)
    return own or not is_said("others")


def _spoken(one: Found) -> frozenset[str]:
    return one.languages("safe") | one.languages("weak") | one.languages("no_help")


_OWN: Final = ("me", "we", "all")


def _says(one: Found, tag: str, spoken: frozenset[str]) -> bool:
    """Whether a phrase has a tag in these languages; beside a borrowed word it must mean nothing else."""
    if one.languages(tag) & spoken:
        return True
    return EVERYWHERE in spoken and tag in one.tags and "filler" not in one.tags


def _is_left_open(parts: _Parts) -> bool:
    """Whether unknown words follow a "but": they may take everything back."""
    contrasts = parts.tagged("but")
    return bool(contrasts) and any(place > contrasts[0].start for place in parts.unknown)


def _choice(parts: _Parts, numbers: Sequence[int], language: str) -> int | None:
    """Return the number of the answer that was chosen, or None."""
    plain = {"filler", "we", "all", "me", "weak"}
    bare = not parts.unknown and all(plain & set(one.tags) for one in parts.found)
    if not numbers:
        return _spelt_choice(parts, language)
    if bare and sorted(numbers) == [SAFE_CHOICE, HELP_CHOICE]:
        return HELP_CHOICE
    if numbers[0] not in (SAFE_CHOICE, HELP_CHOICE):
        return None
    if bare:
        return numbers[0] if len(numbers) <= 2 or len(set(numbers)) == 1 else None
    if parts.signs[0].value is None:
        return None
    if numbers[0] == HELP_CHOICE:
        return None if parts.tagged("safe") or parts.tagged("weak") else HELP_CHOICE
    return None if parts.unknown or parts.tagged("others") else SAFE_CHOICE


def _spelt_choice(parts: _Parts, language: str) -> int | None:
    said = [
        one
        for one in parts.found
        if {"one", "two"} & set(one.tags) and _is_number_here(one, language)
    ]
    others = [one for one in parts.found if one not in said and "filler" not in one.tags]
    if not said or others or parts.unknown:
        return None
    return HELP_CHOICE if any("two" in one.tags for one in said) else SAFE_CHOICE


def _is_number_here(one: Found, language: str) -> bool:
    if one.phrase[0] not in AMBIGUOUS_NUMBERS:
        return True
    return language.split("-", maxsplit=1)[0] in one.languages("one") | one.languages("two")


def _headcount(parts: _Parts, numbers: Sequence[int], choice: int | None) -> int | None:
    """Return how many people the reply speaks for, when it says so."""
    left = list(numbers)
    if choice is not None and left and left[0] == choice:
        left = left[1:]
    is_several = choice is not None or _only(parts, "we") or _only(parts, "all")
    if len(left) == 1 and is_several and 1 <= left[0] <= MOST_PEOPLE:
        return left[0]
    return None


def _scope(parts: _Parts, headcount: int | None) -> Scope:
    if _only(parts, "all") or (headcount or 0) > 1:
        return Scope.HOUSEHOLD
    return Scope.PHONE if _only(parts, "we") else Scope.PERSON


def _only(parts: _Parts, tag: str) -> bool:
    """Whether the tag was said, alone or inside a phrase, by a word that is no filler in another language."""
    if any("filler" not in one.tags for one in parts.tagged(tag)):
        return True
    return any(
        phrases().get((word,), {}).get(tag, frozenset()) & _spoken(one)
        for one in parts.tagged("safe")
        for word in one.phrase
    )


def _language(parts: _Parts) -> str:
    """Return the language that most of the words belong to, or nothing when that is not clear."""
    votes: dict[str, float] = defaultdict(float)
    for one in parts.found:
        spoken = frozenset[str]().union(*one.tags.values()) - {EVERYWHERE}
        for language in spoken:
            votes[language] += len(one.phrase) / len(spoken)
    best = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return ""
    return best[0][0]


def _why(parts: _Parts, meaning: Meaning) -> tuple[str, ...]:
    wanted = {
        Meaning.SAFE: {"safe", "weak", "no_help", "one", "all"},
        Meaning.HELP: {"help", "not_safe", "not", "not_after", "safe", "weak", "two", "except"},
        Meaning.STOP: {"stop"},
        Meaning.START: {"start"},
        Meaning.TEXT: set[str](),
    }[meaning]
    words = [" ".join(one.phrase) for one in parts.found if wanted & set(one.tags)]
    numbers = [str(sign.value) for sign in parts.signs if sign.value is not None]
    return tuple(words + (numbers if meaning in (Meaning.SAFE, Meaning.HELP) else []))
