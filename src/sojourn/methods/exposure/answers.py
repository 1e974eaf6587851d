"""One answer a person: inside, possible, near, too old or outside, with a probability and the band."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sojourn.methods.exposure import chance
from sojourn.methods.exposure.blocks import Memory, points
from sojourn.methods.exposure.cells import NONE
from sojourn.methods.exposure.search import find
from sojourn.methods.footprint import Footprint, near

Floats = NDArray[np.float64]
_CHUNK: Final = 20_000  # people whose blurred positions are worked out at once


class Answer(StrEnum):
    """What a location says about a footprint."""

    INSIDE = "inside"
    POSSIBLE = "possible"
    NEAR = "near"
    TOO_OLD = "too_old"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is asked besides "inside": how near is near, and how old is too old."""

    near_km: float = 0.0
    too_old_days: float = float("inf")
    half_life_days: float = chance.OTHER_HALF_LIFE_DAYS


@dataclass(frozen=True, slots=True)
class Answers:
    """Shapes ``(n,)``: the number of the band or -1, the answer, and the probability of being in any band."""

    band: NDArray[np.int16]
    answer: NDArray[np.str_]
    probability: Floats


def answers_for(
    footprint: Footprint,
    lon: Floats,
    lat: Floats,
    accuracy_km: Floats,
    age_days: Floats,
    doubts: Doubts,
) -> Answers:
    """Answer for people at ``(lon, lat)`` degrees, blurred by ``accuracy_km`` (0 = exact), seen ``age_days`` ago.

    All shapes ``(n,)``; NaN for an age that is not known, which counts as fresh.
    """
    n = len(lon)
    band = _exact(footprint, lon, lat)
    answer = np.where(band > NONE, Answer.INSIDE, Answer.OUTSIDE).astype("<U8")
    probability = (band > NONE).astype(np.float64)
    margin = doubts.near_km
    around = Footprint(
        (near(footprint, max(float(accuracy_km.max(initial=0)) * 1.5, margin, 0.001)),)
    )
    close = _exact(around, lon, lat) > NONE if n else np.zeros(0, bool)
    blurred = np.flatnonzero(close & (accuracy_km > 0))
    for start in range(0, len(blurred), _CHUNK):
        these = blurred[start : start + _CHUNK]
        discs = chance.discs(footprint, lon[these], lat[these], accuracy_km[these])
        band[these] = np.where(discs.certain > NONE, discs.certain, discs.possible)
        answer[these] = np.where(
            discs.certain > NONE,
            Answer.INSIDE,
            np.where(discs.possible > NONE, Answer.POSSIBLE, Answer.OUTSIDE),
        )
        probability[these] = discs.inside
    if margin > 0:
        within = _exact(Footprint((near(footprint, margin),)), lon, lat) > NONE
        answer[within & (answer == Answer.OUTSIDE)] = Answer.NEAR
    age = np.nan_to_num(age_days, nan=0.0)
    answer[(answer != Answer.OUTSIDE) & (age > doubts.too_old_days)] = Answer.TOO_OLD
    return Answers(band, answer, probability * chance.still_there(age, doubts.half_life_days))


def _exact(footprint: Footprint, lon: Floats, lat: Floats) -> NDArray[np.int16]:
    found = find(Memory(points(np.arange(len(lon)), lon, lat)), footprint)
    band = np.full(len(lon), NONE, dtype=np.int16)
    band[found.person] = found.band
    return band
