"""Which passwords are too well known: Django's list of twenty thousand that leaked, and words of this place.

A word is found behind capitals, digits and signs put around it, and behind signs put for letters: "P@ssw0rd2026!" is
"password". The words of the place are the product's, the work's, and those of the user and their organisations.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.foundation.organisations.models import User

LEAST_OF_ITS_OWN: Final = 6  # letters that must be left when known words are taken away
LEAST_WORD: Final = 4
LEAST_SIGNS: Final = 5  # different ones
SIGNS_FOR_LETTERS: Final = str.maketrans("@4301$5!7", "aaeoissit")
RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "01234567890",
)


class WellKnownPasswordValidator:
    """Refuses what a guesser tries first. A validator of `settings.AUTH_PASSWORD_VALIDATORS`."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that is well known here or anywhere."""
        if is_well_known(password, words=words_of(user)):
            raise ValidationError(
                _(
                    "This password is easily guessed. Take several words that have nothing to do with each other."
                ),
                code="password_well_known",
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return str(gettext_lazy("Several words that have nothing to do with each other are best."))


def is_well_known(password: str, *, words: Iterable[str]) -> bool:
    """Return whether little is left of a password without leaked ones, known words, runs and repetitions."""
    if len(set(password)) < LEAST_SIGNS:
        return True
    for plain in {_letters(password), _letters(password.casefold().translate(SIGNS_FOR_LETTERS))}:
        if plain in leaked():
            return True
        if len(_without(plain, words)) < LEAST_OF_ITS_OWN and not _is_sentence(password):
            return True
    return False


def words_of(user: User | None) -> frozenset[str]:
    """Return the words of the place: of the product, and of the user and the organisations they work for."""
    texts = [*context_words()]
    if user is not None:
        texts += [user.username, user.display_name, user.email]
        if not user._state.adding:
            for held in user.memberships.select_related("organisation", "office"):
                texts += [held.organisation.name, held.office.name if held.office else ""]
    return frozenset(
        _letters(word)
        for text in texts
        for word in re.split(r"[^\w]+|_", text)
        if len(_letters(word)) >= LEAST_WORD
    )


@cache
def context_words() -> tuple[str, ...]:
    """Return the words of the product and of the work."""
    file = Path(__file__).with_name("context_words.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def leaked() -> frozenset[str]:
    """Return the leaked passwords, and what is left of each without digits and signs around it."""
    known = CommonPasswordValidator().passwords
    return frozenset(known) | {
        _letters(word) for word in known if len(_letters(word)) >= LEAST_WORD
    }


def _letters(text: str) -> str:
    """Small letters without marks, digits and signs at both ends taken away."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)


def _without(plain: str, words: Iterable[str]) -> str:
    """What is left without known words, runs of the keyboard and repetitions."""
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    for run in RUNS:
        for length in range(len(run), LEAST_WORD - 1, -1):
            for start in range(len(run) - length + 1):
                part = run[start : start + length]
                plain = plain.replace(part, "").replace(part[::-1], "")
    plain = re.sub(r"(.{1,6}?)\1+", r"\1", plain)
    return re.sub(r"[\W\d_]+", "", plain)


def _is_sentence(password: str) -> bool:
    """Whether it is many words: then a known one among them gives little away."""
    return len(re.findall(r"\w{2,}", password)) >= 5
