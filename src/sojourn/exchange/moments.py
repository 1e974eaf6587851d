"""Moments as sources write them, turned into ISO 8601 with an offset."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

# Zone names of Indonesia's agency (west, central, east); others are ambiguous and stay a problem.
_ZONES: Final = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0, "GMT": 0}
_NAMED: Final = re.compile(r"^(.*\d)\s*([A-Z]{3,4})$")


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
        raise NotAMoment(f"“{text[:60]}” is not a date and time.") from error
    if zone is not None:
        return (moment - timedelta(hours=zone)).replace(tzinfo=UTC).isoformat(), ""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC).isoformat(), f"“{text}” has no offset; taken as UTC."
    return moment.isoformat(), ""


def mail_moment(text: str) -> str:
    """Return a moment of the form of e-mail and RSS as ISO 8601 with offset. Raises NotAMoment."""
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError) as error:
        raise NotAMoment(f"“{text[:60]}” is not a date and time.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def epoch_moment(milliseconds: float) -> str:
    """Return milliseconds since 1970 as ISO 8601 in UTC. Raises NotAMoment beyond the calendar."""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)).isoformat()
    except (OverflowError, ValueError) as error:
        raise NotAMoment("It is not a number of milliseconds since 1970.") from error
