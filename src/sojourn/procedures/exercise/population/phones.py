"""Telephone numbers that belong to nobody: set aside for fiction, and yet valid in form.

North America sets aside 555-0100 to 555-0199 in every area code, the United Kingdom 07700 900000 to 900999.
"""

from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Final

import phonenumbers

BRITISH: Final = "GBR"
_LINES: Final = 100


@cache
def area_codes() -> tuple[int, ...]:
    """Return the area codes of the United States in which the fictional numbers are well formed."""
    return tuple(code for code in range(201, 990) if _is_fit(code))


def numbers() -> Iterator[str]:
    """Yield fictional numbers in E.164, each once: first one line of every area code, then the next."""
    for line in range(_LINES):
        for code in area_codes():
            yield f"+1{code}55501{line:02}"


def british_numbers() -> Iterator[str]:
    """Yield the fictional mobile numbers of the United Kingdom in E.164, each once."""
    for line in count():
        if line >= 1_000:
            return
        yield f"+447700900{line:03}"


def _is_fit(code: int) -> bool:
    number = phonenumbers.parse(f"+1{code}5550100")
    return (
        phonenumbers.is_valid_number(number) and phonenumbers.region_code_for_number(number) == "US"
    )
