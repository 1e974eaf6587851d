"""Reads earthquakes of the US Geological Survey: the GeoJSON feed, and the detail of one event.

One event goes under several ids as networks report it; ``ids`` is kept so that they can be joined.
"""

import math
from typing import Any, Final

import shapely

from sojourn.exchange.alerts.shape import Alert, Area, Info
from sojourn.exchange.cap_areas import NOT_PLACED, read_point
from sojourn.exchange.geometry import to_geojson
from sojourn.exchange.moments import NotAMoment, epoch_moment
from sojourn.exchange.reading import Problem, Reading, Unreadable
from sojourn.exchange.values import items, number, record, texts, words

# PAGER's colour (expected losses) as a CAP severity, mildest first.
SEVERITIES: Final = {"green": "Minor", "yellow": "Moderate", "orange": "Severe", "red": "Extreme"}
MOST_EVENTS: Final = 25_000
_KNOWN: Final = ("title", "updated", "time", "place")


def is_usgs(content: Any) -> bool:
    """Return whether parsed JSON is a USGS feed or event."""
    whole = record(content)
    if "api" in record(whole.get("metadata")) and "features" in whole:
        return True
    fields = record(whole.get("properties"))
    return whole.get("type") == "Feature" and {"mag", "net", "code"} <= fields.keys()


def read_events(_name: str, content: Any) -> Reading[Alert]:
    """Return one alert an event, in the order of the feed."""
    whole = record(content)
    features = [whole] if whole.get("type") == "Feature" else items(whole.get("features"))
    if len(features) > MOST_EVENTS:
        raise Unreadable(f"The feed has more than {MOST_EVENTS} events; refused.")
    rows = tuple(_event(number, feature) for number, feature in enumerate(features, 1))
    problems = () if rows else (Problem("features", "The feed holds no events."),)
    return Reading(rows, problems)


def _event(position: int, feature: Any) -> Alert:
    where = f"feature {position}"
    problems: list[Problem] = []
    fields = record(record(feature).get("properties"))
    identifier = words(record(feature).get("id")) or words(fields.get("net")) + words(
        fields.get("code")
    )
    if not identifier:
        problems.append(Problem(where, "The event has no id."))
    colour = words(fields.get("alert")).casefold()
    if colour and colour not in SEVERITIES:
        problems.append(Problem(where, f"“{colour[:20]}” is no alert level of PAGER."))
    info = Info(
        language="en",
        event=words(fields.get("type")).capitalize() or "Earthquake",
        categories=("Geo",),
        urgency="Past",
        severity=SEVERITIES.get(colour, "Unknown"),
        certainty="Observed" if fields.get("status") == "reviewed" else "Likely",
        onset=_moment(fields, "time", where, problems),
        headline=words(fields.get("title")),
        areas=(_area(record(feature), fields, where, problems),),
    )
    return Alert(
        format="USGS GeoJSON",
        identifier=identifier,
        sender=f"USGS {words(fields.get('net'))}".strip(),
        sent=_moment(fields, "updated", where, problems),
        message_type="Cancel" if fields.get("status") == "deleted" else "Alert",
        infos=(info,),
        problems=tuple(problems),
        event_key=f"usgs:{identifier}".lower() if identifier else "",
        other=texts(fields, _KNOWN) | _depth(record(feature)),
    )


def _moment(fields: dict[str, Any], name: str, where: str, problems: list[Problem]) -> str | None:
    milliseconds = number(fields.get(name))
    try:
        return epoch_moment(math.inf if milliseconds is None else milliseconds)
    except NotAMoment as error:
        problems.append(Problem(f"{where}, {name}", str(error)))
        return None


def _area(
    feature: dict[str, Any], fields: dict[str, Any], where: str, problems: list[Problem]
) -> Area:
    description = words(fields.get("place")) or "Epicentre"
    lon, lat = (words(value) for value in [*_coordinates(feature), None, None][:2])
    try:
        point = read_point(f"{lat},{lon}")
    except ValueError as error:
        problems.append(Problem(f"{where}, geometry", f"{NOT_PLACED}: {error}."))
        return Area(description)
    return Area(description, to_geojson(shapely.Point(point)))


def _coordinates(feature: dict[str, Any]) -> list[Any]:
    return items(record(feature.get("geometry")).get("coordinates"))


def _depth(feature: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    depth = [*_coordinates(feature), None, None, None][2]
    return {"depth_km": (words(depth),)} if words(depth) else {}
