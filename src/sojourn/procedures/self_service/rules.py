"""Decisions of the person's page, on plain values."""

from datetime import datetime, timedelta
from typing import Final

DAYS_TO_CHANGE_ONES_MIND: Final = 3
CODE_LIVES: Final = timedelta(days=30)

# Crockford's alphabet: no I, L, O, U. Read aloud or copied by hand, each sign is one sign.
SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SIGNS: Final = 10
_MISREAD: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})


class CannotErase(Exception):
    """The record cannot be deleted, or deletion cannot be stopped; the message says why."""


def canonical_code(typed: str) -> str:
    """Return a code as it is compared: capitals, no gaps, I and L as 1, O as 0."""
    return "".join(sign for sign in typed.upper().translate(_MISREAD) if sign in SIGNS)


def shown_code(code: str) -> str:
    """Return a code as it is read aloud: in two halves."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def erased_from(asked_at: datetime) -> datetime:
    """Return when a record that its person wants deleted is deleted."""
    return asked_at + timedelta(days=DAYS_TO_CHANGE_ONES_MIND)


def check_can_stop(*, is_done: bool) -> None:
    """Refuse to stop what is done."""
    if is_done:
        raise CannotErase("The record is deleted. It cannot be brought back.")
