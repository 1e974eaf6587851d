"""What an alert suggests about a crisis; an officer decides."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import shapely
from tzfpy import get_tz

from sojourn.exchange import gazetteer

MOST_COUNTRIES: Final = 12

# Words in the name of an event → kind of crisis; the first that fits.
_KINDS: Final = (
    ("earthquake", "earthquake"),
    ("tsunami", "earthquake"),
    ("cyclone", "cyclone"),
    ("hurricane", "cyclone"),
    ("typhoon", "cyclone"),
    ("flood", "flood"),
    ("unrest", "civil_unrest"),
    ("riot", "civil_unrest"),
    ("conflict", "conflict"),
    ("attack", "conflict"),
    ("epidemic", "epidemic"),
    ("outbreak", "epidemic"),
)

Shape = Mapping[str, Any]


def kind_of(events: Iterable[str]) -> str:
    """Return the kind of crisis that the words of an alert suggest, "other" when none does."""
    text = " ".join(events).casefold()
    return next((kind for word, kind in _KINDS if word in text), "other")


def shapes_of(content: Shape) -> list[Shape]:
    """Return every geometry of a footprint or an alert, the worst band first."""
    shapes = [band["geometry"] for band in reversed(content.get("bands", ()))]
    for info in content.get("infos", ()):
        shapes += [area["geometry"] for area in info.get("areas", ()) if area.get("geometry")]
    return shapes


def countries_of(shapes: Iterable[Shape]) -> list[str]:
    """Return the countries the shapes touch, each once, in the order of the shapes."""
    found = [code for shape in shapes for code in gazetteer.countries_touching(shape)]
    return list(dict.fromkeys(found))[:MOST_COUNTRIES]


def zone_of(shapes: Iterable[Shape]) -> str:
    """Return the time zone at the middle of the first shape, UTC when there is none."""
    for shape in shapes:
        middle = shapely.geometry.shape(shape).representative_point()
        return get_tz(middle.x, middle.y) or "UTC"
    return "UTC"
