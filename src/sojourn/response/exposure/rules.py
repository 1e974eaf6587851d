"""From the shape of an alert to a footprint, on plain values."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely

from sojourn.exchange.alerts.shape import Grid
from sojourn.methods import footprint as areas
from sojourn.methods.footprint import Band, Circle, Footprint, NotAnArea
from sojourn.methods.raster import Raster

SEVERITIES: Final = ("Unknown", "Minor", "Moderate", "Severe", "Extreme")  # CAP 1.2, mildest first


@dataclass(frozen=True, slots=True)
class FootprintReading:
    """A footprint, and what of the alert could not be part of it: each a sentence."""

    footprint: Footprint
    problems: tuple[str, ...] = ()


def footprint_of(alert: Mapping[str, Any], grid: Grid | None = None) -> FootprintReading:
    """The footprint of one alert in the shape that all readers give (`exchange.alerts`).

    Its graded bands where it has some, together with its grid; else its areas, one band a severity.
    """
    problems: list[str] = []
    shown = alert.get("bands") or ()
    if shown and grid is not None:
        bare = [Band(float(one["level"]), str(one.get("label", ""))) for one in shown]
        return FootprintReading(Footprint(_mildest_first(bare), raster_of(grid)))
    graded = [_band(one["level"], one.get("label", ""), [one], problems) for one in shown]
    bands = graded or _by_severity(alert.get("infos") or (), problems)
    found = [one for one in bands if one is not None]
    return FootprintReading(Footprint(_mildest_first(found)), tuple(problems))


def _mildest_first(bands: Iterable[Band]) -> tuple[Band, ...]:
    return tuple(sorted(bands, key=lambda one: one.level))


def raster_of(grid: Grid) -> Raster:
    """A reader's grid with its rows from south to north and its columns from west to east."""
    values = grid.values if grid.dlat > 0 else grid.values[::-1]
    south = grid.lat0 if grid.dlat > 0 else grid.lat0 + grid.dlat * (len(values) - 1)
    return Raster(grid.lon0, south, grid.dlon, abs(grid.dlat), values)


def level_word(level: float) -> str:
    """A band's level as cases and files carry it: 7, 7.5."""
    return f"{level:g}"


def _by_severity(infos: Sequence[Mapping[str, Any]], problems: list[str]) -> list[Band | None]:
    """Areas of all languages, each once, one band for each severity that occurs."""
    by_severity: dict[int, dict[str, Mapping[str, Any]]] = {}
    labels: dict[int, str] = {}
    for info in infos:
        name = str(info.get("severity", "")).title()
        severity = SEVERITIES.index(name) if name in SEVERITIES else 0
        labels.setdefault(severity, str(info.get("event") or SEVERITIES[severity]))
        for area in info.get("areas") or ():
            if area.get("geometry") or area.get("circle") or area.get("circles"):
                same = json.dumps([area.get("geometry"), _circles(area)], default=str)
                by_severity.setdefault(severity, {})[same] = area
            else:
                problems.append(f"The area “{area.get('description', '')[:80]}” is not placed.")
    return [
        _band(severity, labels[severity], by_severity[severity].values(), problems)
        for severity in sorted(by_severity)
    ]


def _band(
    level: float, label: str, parts: Iterable[Mapping[str, Any]], problems: list[str]
) -> Band | None:
    geometries, circles = [], []
    for part in parts:
        circles += [
            Circle(float(one["lon"]), float(one["lat"]), float(one["radius_km"]))
            for one in _circles(part)
        ]
        if part.get("geometry"):
            geometries.append(part["geometry"])
    try:
        return areas.band(float(level), str(label), geometries, circles)
    except NotAnArea as error:
        problems.append(f"The band “{label}” is left out: {error}")
        return None


def _circles(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    one = part.get("circle")
    return [one] if one else list(part.get("circles") or ())


def bands_json(footprint: Footprint) -> list[dict[str, Any]]:
    """The bands as they are kept and drawn: level, label, geometry and circles, mildest first."""
    shown = []
    for band in footprint.bands:
        drawn = areas.outline(band, footprint.raster)
        shown.append(
            {
                "level": band.level,
                "label": band.label,
                "geometry": None if drawn is None else json.loads(shapely.to_geojson(drawn)),
                "circles": [
                    {"lat": one.latitude, "lon": one.longitude, "radius_km": one.radius_km}
                    for one in band.circles
                ],
            }
        )
    return shown
