"""In which language a person is written to: theirs, or what the operator chose for who has none of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sojourn.response.outreach.texts.library import languages

SAME: Final = {"tl": "fil", "nb": "no", "iw": "he"}


class LanguagePolicy(StrEnum):
    """What happens to a person for whom there is no text in a language of theirs."""

    ONLY_THEIRS = "only_theirs"
    THEN_LADDER = "then_ladder"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The language of a message, or None with the reason: such a person is listed, never passed over."""

    language: str | None
    is_theirs: bool
    why: str


def choose(spoken: Sequence[str], *, policy: LanguagePolicy, ladder: Sequence[str]) -> Chosen:
    """Return the first of a person's languages that we have, else what the policy says."""
    for tag in spoken:
        code = base_of(tag)
        if code in languages():
            return Chosen(code, True, "their language")
    lacking = "no language is known" if not spoken else "no text in a language of theirs"
    if policy == LanguagePolicy.THEN_LADDER:
        for tag in ladder:
            if base_of(tag) in languages():
                return Chosen(base_of(tag), False, lacking)
    return Chosen(None, False, lacking)


def base_of(tag: str) -> str:
    """Return the language of a BCP 47 tag, under the code that our texts use."""
    code = tag.lower().replace("_", "-").partition("-")[0]
    return SAME.get(code, code)
