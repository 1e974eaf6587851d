"""Moments as sources write them, turned into ISO 8601 with an offset."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

# Zone names of Indonesia's agency (west, central, east); others are ambiguous and stay a problem.
_ZONES: Final = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0, "GMT": 0}
_NAMED: Final = re.compile(r"^(.*\d)\s*([A-Z]{3,4})$")
FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2200


class NotAMoment(ValueError):
    """The text is no date and time; the message says so with the text."""


def iso_moment(text: str) -> tuple[str, str]:
    """Return the moment as ISO 8601 with offset, and a remark ("" when the text was exact).

    Raises NotAMoment.
    """
    text = text.strip()
    named = _NAMED.match(text)
    zone = _ZONES.get(named.group(2)) if named else None
    try:
        moment = datetime.fromisoformat(named.group(1) if named and zone is not None else text)
    except ValueError as error:
        raise _not_a_moment(text) from error
    _check_year(moment, text)
    if zone is not None:
        return (moment - timedelta(hours=zone)).replace(tzinfo=UTC).isoformat(), ""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC).isoformat(), f"“{text}” has no offset; taken as UTC."
    return moment.isoformat(), ""


def mail_moment(text: str) -> str:
    """Return a moment of the form of e-mail and RSS as ISO 8601 with offset. Raises NotAMoment."""
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise _not_a_moment(text) from error
    _check_year(moment, text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def epoch_moment(milliseconds: float) -> str:
    """Return milliseconds since 1970 as ISO 8601 in UTC. Raises NotAMoment beyond the calendar."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except (OverflowError, ValueError) as error:
        raise NotAMoment("It is not a number of milliseconds since 1970.") from error
    _check_year(moment, str(milliseconds))
    return moment.isoformat()


def _check_year(moment: datetime, text: str) -> None:
    """At the ends of the calendar no offset can be taken away any more, and no hazard is there."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _not_a_moment(text)


def _not_a_moment(text: str) -> NotAMoment:
    return NotAMoment(f"“{text[:60]}” is not a date and time.")
