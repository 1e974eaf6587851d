"""Reads the GeoRSS feed of the Global Disaster Alert and Coordination System (GDACS).

An item is an event of a type with a number; its episode is a version of it. The feed gives a point
and a wide map extent, never a footprint: the countries it names are areas, by exact name only.
"""

from typing import Final

import shapely
from lxml import etree

from sojourn.exchange import gazetteer
from sojourn.exchange.alerts.shape import Alert, Area, Info
from sojourn.exchange.cap_areas import NOT_PLACED, read_point
from sojourn.exchange.elements import (
    child,
    leftovers,
    local,
    namespace,
    problem_at,
    text_at,
    text_of,
)
from sojourn.exchange.geometry import across_date_line, to_geojson
from sojourn.exchange.moments import NotAMoment, mail_moment
from sojourn.exchange.reading import Problem, Reading

NAMESPACE: Final = "http://www.gdacs.org"
SENDER: Final = "GDACS"

# Event type → (its name, the CAP category).
KINDS: Final = {
    "EQ": ("Earthquake", "Geo"),
    "TS": ("Tsunami", "Geo"),
    "VO": ("Volcanic eruption", "Geo"),
    "TC": ("Tropical cyclone", "Met"),
    "FL": ("Flood", "Met"),
    "DR": ("Drought", "Met"),
    "WF": ("Wildfire", "Fire"),
}
# The colour as a CAP severity, in the same order: green is mildest.
SEVERITIES: Final = {"green": "Minor", "orange": "Severe", "red": "Extreme"}
_KNOWN: Final = ("title", "description", "pubDate", "Point", "point", "iso3", "country", "fromdate")


def is_gdacs(root: etree._Element) -> bool:
    """Return whether an RSS document is a feed of GDACS."""
    return NAMESPACE in root.nsmap.values()


def read_rss(root: etree._Element) -> Reading[Alert]:
    """Return one alert an item, in the order of the feed."""
    rows = tuple(_item(item) for item in root.iter("{*}item"))
    problems = () if rows else (problem_at(root, "The feed holds no events."),)
    return Reading(rows, problems)


def _item(item: etree._Element) -> Alert:
    problems: list[Problem] = []
    kind, number = _gdacs(item, "eventtype"), _gdacs(item, "eventid")
    guid = text_at(item, "guid")
    if not (kind and number):
        problems.append(
            problem_at(item, "The item does not say which event it is; its guid is used.")
        )
    key = f"{kind}{number}" if kind and number else guid
    episode = _gdacs(item, "episodeid")
    name, category = KINDS.get(kind or key[:2], ("", ""))
    if not name:
        problems.append(problem_at(item, f"“{kind[:20]}” is no event type known here."))
    level = _gdacs(item, "alertlevel")
    if level.casefold() not in SEVERITIES:
        problems.append(problem_at(item, "The item has no alert level (green, orange or red)."))
    info = Info(
        language="en",
        event=name or kind or text_at(item, "title"),
        categories=(category,) if category else (),
        urgency="Unknown",
        severity=SEVERITIES.get(level.casefold(), "Unknown"),
        certainty="Unknown",
        onset=_moment(item, "fromdate", problems),
        headline=text_at(item, "title"),
        description=text_at(item, "description"),
        areas=tuple(_areas(item, problems)),
    )
    return Alert(
        format="GDACS RSS",
        identifier=f"{key}-{episode}" if episode else key,
        sender=SENDER,
        sent=_moment(item, "pubDate", problems),
        infos=(info,),
        problems=tuple(problems),
        event_key=f"gdacs:{key}".lower(),
        other=leftovers(item, _KNOWN),
    )


def _gdacs(item: etree._Element, name: str) -> str:
    return (item.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _moment(item: etree._Element, name: str, problems: list[Problem]) -> str | None:
    piece = child(item, name)
    if piece is None:
        problems.append(problem_at(item, f"{name} is missing."))
        return None
    try:
        return mail_moment(text_of(piece))
    except NotAMoment as error:
        problems.append(problem_at(piece, f"{name} cannot be read: {error}"))
        return None


def _areas(item: etree._Element, problems: list[Problem]) -> list[Area]:
    areas = []
    point = _point(item, problems)
    if point is not None:
        areas.append(Area("Place of the event", to_geojson(point)))
    areas += _countries(item, problems)
    if not areas and (extent := _extent(item, problems)) is not None:
        problems.append(problem_at(item, "Only the extent of a map is known, not the area."))
        areas.append(Area("Extent of the source's map", to_geojson(extent)))
    if not areas:
        problems.append(problem_at(item, f"{NOT_PLACED}: the item has no place."))
    return areas


def _point(item: etree._Element, problems: list[Problem]) -> shapely.Geometry | None:
    for piece in item:
        if local(piece) == "point" and "georss" in namespace(piece):
            text = text_of(piece)
        elif local(piece) == "Point":
            text = f"{text_at(piece, 'lat')} {text_at(piece, 'long')}"
        else:
            continue
        try:
            return shapely.Point(read_point(text))
        except ValueError as error:
            problems.append(problem_at(piece, f"The point cannot be read: {error}."))
    return None


def _extent(item: etree._Element, problems: list[Problem]) -> shapely.Geometry | None:
    """Return the box of "lonmin lonmax latmin latmax"."""
    piece = child(item, "bbox")
    if piece is None:
        return None
    try:
        west, east, south, north = (float(number) for number in text_of(piece).split())
        read_point(f"{south},{west}")
        read_point(f"{north},{east}")
    except ValueError as error:
        problems.append(problem_at(piece, f"The extent cannot be read: {error}."))
        return None
    return across_date_line(shapely.box(west, south, east if east >= west else east + 360, north))


def _countries(item: etree._Element, problems: list[Problem]) -> list[Area]:
    """Return an area for each country named in full or by code; the first has the code."""
    codes = [code for code in (_gdacs(item, "iso3"),) if code]
    text = _gdacs(item, "country")
    names = [text] if gazetteer.country(text) else [name.strip() for name in text.split(",")]
    found: dict[str, gazetteer.Place] = {}
    for given in (*codes, *names):
        place = gazetteer.country(given) if given else None
        if place is not None:
            found.setdefault(place.code, place)
        elif given:
            words = f"{NOT_PLACED}: “{given[:60]}” is no name of a country."
            problems.append(problem_at(item, words))
    return [
        Area(f"{place.name} (country the source names)", place.geometry, {"iso3": (code,)})
        for code, place in found.items()
    ]
