"""How many people of one nationality are likely exposed and on no list, as low, best and high.

Stock: how many such people live in the country, by a census or an estimate. Which share of them is exposed is told
by our own register when it is large enough, else by the share of the country's area that is in the footprint.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

SMALLEST_SAMPLE: Final = 30
UNEVENNESS: Final = 3.0  # assumption: people live up to three times more, or less, densely there
_Z: Final = 1.959964  # 95 %


class Method(StrEnum):
    """How the exposed share was told."""

    REGISTER_SHARE = "register_share"
    AREA_SHARE = "area_share"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known: people in stock; ours registered in the country, and exposed among them; share of area, 0 to 1."""

    stock: int
    registered: int
    exposed: int
    share_of_area: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """People exposed and on no list, and how the share was told; ``share`` is low, best and high."""

    low: int
    best: int
    high: int
    method: Method
    share: tuple[float, float, float]


def unlisted(known: Known) -> Estimate:
    """Estimate the people on no list: exposed share times stock, less those on our list.

    Raises ValueError when a number is below 0 or more are exposed than registered.
    """
    if min(known.stock, known.exposed, known.share_of_area) < 0 or known.exposed > known.registered:
        raise ValueError("Stock, exposed and share are at least 0, and exposed at most registered.")
    if known.registered >= SMALLEST_SAMPLE:
        method = Method.REGISTER_SHARE
        low, high = wilson_interval(known.exposed, known.registered)
        share = (low, known.exposed / known.registered, high)
    else:
        method = Method.AREA_SHARE
        area = min(1.0, known.share_of_area)
        share = (area / UNEVENNESS, area, min(1.0, area * UNEVENNESS))
    low_n, best, high_n = (max(0, round(known.stock * one) - known.exposed) for one in share)
    return Estimate(low_n, best, high_n, method, share)


def wilson_interval(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share: Wilson (1927), JASA 22(158), 209 to 212, without continuity correction."""
    p, n = hits / of, float(of)
    middle = p + _Z**2 / (2 * n)
    reach = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    bottom = 1 + _Z**2 / n
    return max(0.0, (middle - reach) / bottom), min(1.0, (middle + reach) / bottom)
