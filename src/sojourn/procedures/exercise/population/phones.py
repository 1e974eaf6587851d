"""Telephone numbers of nobody: North America sets 555-0100 to 555-0199 aside for fiction, in every area code.

They are well formed to libphonenumber, as the fictional numbers of other countries are not.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

import phonenumbers

_LINES: Final = 100


@cache
def area_codes() -> tuple[int, ...]:
    """Return the area codes of the United States in which the fictional numbers are well formed."""
    return tuple(code for code in range(201, 990) if _is_fit(code))


def numbers(first: int = 0) -> Iterator[str]:
    """Yield fictional numbers in E.164, each once: first one line of every area code, then the next.

    `first` (from 0) is how many are left out before.
    """
    codes = area_codes()
    for number in range(first, _LINES * len(codes)):
        line, place = divmod(number, len(codes))
        yield f"+1{codes[place]}55501{line:02}"


def _is_fit(code: int) -> bool:
    number = phonenumbers.parse(f"+1{code}5550100")
    return (
        phonenumbers.is_valid_number(number) and phonenumbers.region_code_for_number(number) == "US"
    )
