"""The one shape of an alert, whatever the source: what DESIGN section 7 promises to others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sojourn.exchange.geometry import GeoJson
from sojourn.exchange.reading import Problem

VALID: Final = "valid"
INVALID: Final = "invalid"
UNSIGNED: Final = "unsigned"
CANNOT_BE_CHECKED: Final = "cannot be checked"

Texts = Mapping[str, tuple[str, ...]]  # name in the source → its values, in order


@dataclass(frozen=True, slots=True)
class Circle:
    """All points within a great-circle distance of a centre."""

    lat: float
    lon: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Area:
    """A named area. ``geometry`` is None while nobody has placed it.

    Circles are in the geometry too, as polygons inside the true circle; whoever tests a point
    exactly takes the geometry and, beside it, the distance to each circle.
    """

    description: str
    geometry: GeoJson | None = None
    geocodes: Texts = field(default_factory=dict)
    circles: tuple[Circle, ...] = ()
    other: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Band:
    """Where the event is at least this strong. Bands are nested: a worse one lies inside a milder."""

    level: float
    label: str
    geometry: GeoJson
    circles: tuple[Circle, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A regular raster of intensity: ``values[row, column]``, row 0 at ``lat0``; nan is no value.

    ``lon0``, ``lat0`` are the centre of the first cell; ``dlat`` may be negative (north first).
    """

    lon0: float
    lat0: float
    dlon: float
    dlat: float
    values: npt.NDArray[np.float64]

    def at(
        self, lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Return the value of the cell that holds each point, nan outside. Shapes ``(n,)``."""
        rows = np.floor((lat - self.lat0) / self.dlat + 0.5).astype(np.int64)
        # A grid across the date line goes beyond 180; points are looked up one turn further on.
        edge = self.lon0 - self.dlon / 2
        columns = np.floor((((lon - edge) % 360.0) / self.dlon) + 1e-9).astype(np.int64)
        height, width = self.values.shape
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        found = np.full(lat.shape, np.nan)
        found[inside] = self.values[rows[inside], columns[inside]]
        return found


@dataclass(frozen=True, slots=True)
class Info:
    """What an alert says in one language. Times are ISO 8601 with offset, None where not given."""

    language: str = ""
    event: str = ""
    categories: tuple[str, ...] = ()
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    onset: str | None = None
    expires: str | None = None
    headline: str = ""
    description: str = ""
    instruction: str = ""
    areas: tuple[Area, ...] = ()
    other: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """One message about an event. ``other`` holds all the source says beyond the common shape."""

    format: str
    identifier: str
    sender: str = ""
    sent: str | None = None
    status: str = "Actual"
    message_type: str = "Alert"
    references: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()
    bands: tuple[Band, ...] = ()
    problems: tuple[Problem, ...] = ()
    signature: str = UNSIGNED
    event_key: str = ""
    other: Texts = field(default_factory=dict)
    grid: Grid | None = None


def as_json(alert: Alert) -> dict[str, Any]:
    """Return the object others rely on. Keys that a source gives beyond it stand under ``other``."""
    return _slim(
        {
            "format": alert.format,
            "identifier": alert.identifier,
            "sender": alert.sender,
            "sent": alert.sent,
            "status": alert.status,
            "message_type": alert.message_type,
            "references": list(alert.references),
            "infos": [_info(info) for info in alert.infos],
            "bands": [_band(band) for band in alert.bands],
            "signature": alert.signature,
            "problems": [{"where": p.where, "problem": p.problem} for p in alert.problems],
            "event_key": alert.event_key,
            "other": _texts(alert.other),
        }
    )


def _info(info: Info) -> dict[str, Any]:
    return _slim(
        {
            "language": info.language,
            "event": info.event,
            "categories": list(info.categories),
            "urgency": info.urgency,
            "severity": info.severity,
            "certainty": info.certainty,
            "onset": info.onset,
            "expires": info.expires,
            "headline": info.headline,
            "description": info.description,
            "instruction": info.instruction,
            "areas": [_area(area) for area in info.areas],
            "other": _texts(info.other),
        }
    )


def _area(area: Area) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "description": area.description,
        "geometry": area.geometry,
        "geocodes": _texts(area.geocodes),
        "other": _texts(area.other),
    }
    return _slim(shown | _circles(area.circles))


def _band(band: Band) -> dict[str, Any]:
    shown = {"level": band.level, "label": band.label, "geometry": band.geometry}
    return shown | _circles(band.circles)


def _circles(circles: tuple[Circle, ...]) -> dict[str, Any]:
    """One circle stands under ``circle``; several under ``circles``."""
    plain = [{"lat": c.lat, "lon": c.lon, "radius_km": c.radius_km} for c in circles]
    if len(plain) == 1:
        return {"circle": plain[0]}
    return {"circles": plain} if plain else {}


def _texts(texts: Texts) -> dict[str, list[str]]:
    return {name: list(values) for name, values in texts.items()}


def _slim(shown: dict[str, Any]) -> dict[str, Any]:
    """The additions to the promised shape are left out where they are empty."""
    return {
        key: value for key, value in shown.items() if value or key not in ("other", "event_key")
    }
