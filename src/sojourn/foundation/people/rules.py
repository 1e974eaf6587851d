"""Decisions on positions and identifiers, on plain values."""

from typing import Final

from sojourn.methods import zorder

FINEST_LEVEL: Final = (
    16  # a cell of about 610 m x 305 m at the equator: no finer one is stored in the clear
)


class CannotPlace(Exception):
    """The position is not one on earth; the message says why."""


def position_key(*, latitude: float, longitude: float, accuracy_km: float) -> tuple[int, int]:
    """Return (key, level): the 60-bit Z-order key cut to the level of the accuracy.

    Raises CannotPlace when latitude or longitude is out of range or the accuracy is negative.
    """
    if not -90 <= latitude <= 90:
        raise CannotPlace(f"Latitude {latitude} is not between -90 and 90.")
    if not -180 <= longitude <= 180:
        raise CannotPlace(f"Longitude {longitude} is not between -180 and 180.")
    if not accuracy_km >= 0:
        raise CannotPlace("Accuracy is a distance in km, 0 or more.")
    level = zorder.level_for(accuracy_km, FINEST_LEVEL)
    return zorder.key_of(longitude, latitude, level), level


def canonical_document_number(number: str) -> str:
    """Return a document number as it is compared: letters and digits only, in capitals."""
    return "".join(sign for sign in number.upper() if sign.isalnum())
