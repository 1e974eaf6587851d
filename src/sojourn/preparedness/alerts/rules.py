"""Decisions on alerts as plain values in the shape of DESIGN section 7."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sojourn.exchange.alerts.shape import Alert
from sojourn.exchange.cap_envelopes import WHOLE_MESSAGE
from sojourn.preparedness.alerts.terms import Force, Severity

SEVERITIES: Final = tuple(Severity)  # mildest first
REPLACED_BY_EVENT: Final = frozenset(
    {"GDACS RSS", "USGS GeoJSON", "IBTrACS", "ShakeMap grid", "ShakeMap info"}
)
_NAMED_ONLY: Final = "(country the source names)"
_FRAMES: Final = frozenset({"Extent of the map", "Extent of the source's map"})
_DRAWN: Final = frozenset({"Polygon", "MultiPolygon", "GeometryCollection"})

SHORTEST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)
MOST_DOUBLINGS: Final = 10
MAP_GRADES: Final = 5

Shape = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reference:
    """The message another one replaces or takes back."""

    sender: str
    identifier: str

    @property
    def name(self) -> str:
        """Return the name of an event that has no better one than this message."""
        told = f"{self.sender}\n{self.identifier}".encode("utf-8", "replace")
        return f"message:{hashlib.sha256(told).hexdigest()[:32]}"


def digest_of(content: Shape) -> str:
    """Return what tells two versions of one message apart, whatever the reader said about them.

    Feeds of events restate each event with a new date at every turn; only what it says counts there.
    """
    beside = {"problems", "signature"}
    if content["format"] in REPLACED_BY_EVENT:
        beside |= {"sent", "other"}
    told = {key: value for key, value in content.items() if key not in beside}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_again(digest: str, content: Shape) -> str:
    """Return the digest of words that were said before and are said anew."""
    return hashlib.sha256(f"{digest} {content['sent']}".encode()).hexdigest()


def storable(value: Any) -> Any:
    """Return the value without what a database cannot keep: NUL, and halves of a character."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {storable(key): storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value


def references_of(content: Shape) -> list[Reference]:
    """Return the messages this one refers to, from "sender,identifier,sent" each."""
    found = []
    for text in content.get("references", ()):
        sender, _, rest = str(text).partition(",")
        identifier, _, _ = rest.rpartition(",")
        if identifier:
            found.append(Reference(sender.strip(), identifier.strip()))
    return found


def keys_of(alert: Alert) -> list[str]:
    """Return every name the event goes by, the one to prefer first."""
    names = [alert.event_key] if alert.event_key else []
    if alert.format == "USGS GeoJSON":
        for text in alert.other.get("ids", ()):
            names += [f"usgs:{name}".lower() for name in text.split(",") if name]
    own = Reference(alert.sender, alert.identifier)
    return list(dict.fromkeys([*(name[:200] for name in names), own.name]))


def whole_message_at(content: Shape) -> str:
    """Return where the whole message is, for a feed's summary of one; "" for a whole message."""
    links = content.get("other", {}).get(WHOLE_MESSAGE, ())
    return str(links[0]) if links else ""


def is_recall(content: Shape) -> bool:
    """Return whether a message takes back others."""
    return bool(content.get("message_type") == "Cancel")


def is_exercise(status: str) -> bool:
    """Return whether a message is not about the real world."""
    return status in ("Exercise", "Test", "System", "Draft")


def severity_of(content: Shape) -> Severity:
    """Return the worst severity any language of the message states."""
    stated = {info.get("severity") for info in content.get("infos", ())}
    found = [severity for severity in SEVERITIES if severity.value in stated]
    return found[-1] if found else Severity.UNKNOWN


def headline_of(content: Shape, languages: Sequence[str] = ("en",)) -> str:
    """Return one line about the message, in the first language that it has."""
    info = info_in(content, languages)
    if info is None:
        return str(content.get("identifier", ""))
    areas = [str(area.get("description", "")) for area in info.get("areas", ())]
    place = next((area for area in areas if area), "")
    event = str(info.get("event") or "")
    made = f"{event}: {place}" if event and place else event or place
    return str(info.get("headline") or made or content.get("identifier", ""))[:300]


def info_in(content: Shape, languages: Sequence[str] = ("en",)) -> Shape | None:
    """Return the block in the exact language, else the same primary language, else the first."""
    infos: Sequence[Shape] = content.get("infos", ())
    for exact in (True, False):
        for language in languages:
            for info in infos:
                tag = str(info.get("language", "")).casefold()
                wanted = language.casefold()
                if tag == wanted or (not exact and tag.split("-")[0] == wanted.split("-")[0]):
                    return info
    return infos[0] if infos else None


def expires_at(content: Shape) -> datetime | None:
    """Return when the last block of the message expires; None when one says nothing."""
    moments = []
    for info in content.get("infos", ()):
        if not info.get("expires"):
            return None
        moments.append(datetime.fromisoformat(info["expires"]))
    return max(moments, default=None)


def force_of(
    *, is_recalled: bool, is_replaced: bool, is_notice: bool, expires: datetime | None, at: datetime
) -> Force:
    """Return whether a message counts at a moment."""
    if is_recalled:
        return Force.RECALLED
    if is_replaced:
        return Force.REPLACED
    if is_notice:
        return Force.NOTICE
    return Force.EXPIRED if expires is not None and expires <= at else Force.IN_FORCE


def areas_of(content: Shape) -> list[Shape]:
    """Return every area once, whatever languages repeat it, worst severity first kept."""
    seen: dict[str, Shape] = {}
    for info in content.get("infos", ()):
        for area in info.get("areas", ()):
            same = json.dumps([area.get("geometry"), area.get("geocodes")], sort_keys=True)
            if not area.get("geometry"):
                same += str(area.get("description"))
            seen.setdefault(same, {**area, "severity": info.get("severity", "Unknown")})
    return list(seen.values())


def is_placed(area: Shape) -> bool:
    """Return whether an area has an inside, so that one can ask who is in it."""
    return _has_inside(area.get("geometry"))


def is_meant(area: Shape) -> bool:
    """Return whether an area is the event's own: no country merely named, no frame of a map."""
    description = str(area.get("description", ""))
    return is_placed(area) and not description.endswith(_NAMED_ONLY) and description not in _FRAMES


def _has_inside(geometry: Shape | None) -> bool:
    if not geometry or geometry.get("type") not in _DRAWN:
        return False
    if geometry["type"] == "GeometryCollection":
        return any(_has_inside(part) for part in geometry.get("geometries", ()))
    return True


def footprint_of(content: Shape, drawn: Mapping[str, Shape]) -> dict[str, Any] | None:
    """Return where the event is, in the shape of an alert: graded bands, else its own areas.

    `drawn` are areas an officer placed, by description. None when nothing has an inside.
    """
    if content.get("bands"):
        return {"bands": content["bands"], "infos": []}
    areas = [area for area in with_drawn(areas_of(content), drawn) if is_meant(area)]
    return from_areas(areas, content) if areas else None


def with_drawn(areas: Iterable[Shape], drawn: Mapping[str, Shape]) -> list[Shape]:
    """Return the areas with what officers drew for those the source did not place."""
    return [
        {**area, "geometry": drawn[area["description"]], "is_drawn": True}
        if not is_placed(area) and area.get("description") in drawn
        else area
        for area in areas
    ]


def from_areas(areas: Iterable[Shape], content: Shape) -> dict[str, Any]:
    """Return a footprint of chosen areas, one info a severity, in the shape of an alert."""
    first = info_in(content) or {}
    events = {info.get("severity"): info.get("event") for info in content.get("infos", ())}
    by_severity: dict[str, list[dict[str, Any]]] = {}
    for area in areas:
        kept = {
            key: area[key]
            for key in ("description", "geometry", "circle", "circles")
            if key in area
        }
        by_severity.setdefault(str(area.get("severity") or "Unknown"), []).append(kept)
    infos = [
        {
            "event": events.get(severity) or first.get("event", ""),
            "severity": severity,
            "areas": found,
        }
        for severity, found in by_severity.items()
    ]
    return {"bands": [], "infos": infos}


def replaces_footprint(*, has_grades: bool, new_has_grades: bool, is_chosen: bool) -> bool:
    """Return whether a newer message's footprint takes the place of the present one.

    Plain areas never replace measured grades, and nothing replaces what an officer chose but grades.
    """
    if new_has_grades:
        return True
    return not has_grades and not is_chosen


@dataclass(frozen=True, slots=True)
class Drawn:
    """One part of a footprint as it is drawn; ``grade`` runs from 1 (mild) to 5."""

    label: str
    grade: int
    geometry: Shape


def drawn_parts(footprint: Shape) -> list[Drawn]:
    """Return the bands of a footprint, or its areas by severity, mildest first."""
    shown: list[tuple[str, Shape]] = [
        (str(band["label"]), band["geometry"]) for band in footprint.get("bands", ())
    ]
    if not shown:
        infos = sorted(
            footprint.get("infos", ()), key=lambda info: rank_of(str(info.get("severity")))
        )
        shown = [
            (str(area.get("description", "")), area["geometry"])
            for info in infos
            for area in info["areas"]
        ]
    last = max(len(shown) - 1, 1)
    return [
        Drawn(label, 1 + round(number * (MAP_GRADES - 1) / last), geometry)
        for number, (label, geometry) in enumerate(shown)
    ]


def map_data(footprint: Shape) -> dict[str, Any]:
    """Return a footprint for the map: shapes as GeoJSON, and points by their name."""
    parts = drawn_parts(footprint)
    features = [
        {
            "type": "Feature",
            "properties": {"label": part.label, "level": part.grade},
            "geometry": part.geometry,
        }
        for part in parts
        if part.geometry["type"] != "Point"
    ]
    points = [
        {
            "name": part.label,
            "longitude": part.geometry["coordinates"][0],
            "latitude": part.geometry["coordinates"][1],
        }
        for part in parts
        if part.geometry["type"] == "Point"
    ]
    return {"footprint": {"type": "FeatureCollection", "features": features}, "posts": points}


def placed_infos(content: Shape) -> list[dict[str, Any]]:
    """Return the infos with only those areas that can be drawn, points and tracks included."""
    areas = [area for area in areas_of(content) if area.get("geometry")]
    return [{"severity": str(area["severity"]), "areas": [area]} for area in areas]


def rank_of(severity: str) -> int:
    """Return the place of a severity, 0 for unknown, 4 for extreme."""
    return next((rank for rank, known in enumerate(SEVERITIES) if known.value == severity), 0)


def pause_after(failures: int, interval: timedelta) -> timedelta:
    """Return how long to wait before asking a feed again: the interval, doubled a failure."""
    doubled = max(interval, SHORTEST_PAUSE) * (1 << min(failures, MOST_DOUBLINGS))
    return min(doubled, max(LONGEST_PAUSE, interval))
