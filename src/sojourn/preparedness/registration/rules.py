"""Decisions on imports, on plain values."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _

SURE_NAME: Final = 0.9
FRESH: Final = timedelta(hours=24)
LIKE_NAME: Final = 0.86


class CannotSettle(Refusal):
    """The place cannot be chosen; the message says why."""


class CannotImport(Refusal):
    """The import cannot take this step; the message says why."""


def check_can_confirm(*, state: str, people: int) -> None:
    """Refuse what is still being read, was confirmed, undone, or holds nobody."""
    if state == "reading":
        raise CannotImport(_("This list is still being read. Wait until it is done."))
    if state != "looked_at":
        raise CannotImport(_("This list was confirmed or undone before. Nothing was done twice."))
    if not people:
        raise CannotImport(_("No row of this list has a name. Say which column holds the names."))


def check_can_undo(*, state: str) -> None:
    """Refuse while it runs; repeat in peace when it is undone already."""
    if state == "running":
        raise CannotImport(_("This list is still being added. Wait until it is done."))


def is_surely_same(*, shares_phone: bool, likeness: float) -> bool:
    """Say whether one telephone and one name make one person. A telephone alone is a family's."""
    return shares_phone and likeness >= SURE_NAME


def is_perhaps_same(*, likeness: float, birth_years: tuple[int | None, int | None]) -> bool:
    """Say whether a name is alike enough to ask a person; two different years of birth are not."""
    left, right = birth_years
    if left and right and abs(left - right) > 1:
        return False
    return likeness >= LIKE_NAME


def headings_digest(headings: Sequence[str]) -> str:
    """Return a digest that lists with the same headings in the same order share, however they are spaced."""
    plain = [" ".join(heading.casefold().split()) for heading in headings]
    return sha256(json.dumps(plain).encode()).hexdigest()


def job_key(file: UUID) -> str:
    """Return the key under which one file waits to be read at most once."""
    return f"registration.file:{file}"


def is_better_known(
    *,
    seen_at: datetime,
    told_at: datetime | None,
    apart_km: float,
    known_km: float,
    guess_km: float,
) -> bool:
    """Say whether a known place outdoes a guess from words, which is no more than a circle of `guess_km`.

    It does when nobody knows of what day the words are, or when it is more exact, lies within that circle and
    was seen in the day before: "in Kathmandu" must not blur where in Kathmandu.
    """
    if told_at is None:
        return True
    is_fresh = told_at - FRESH <= seen_at
    return is_fresh and known_km < guess_km and apart_km <= guess_km
