"""Reads a scenario's file and computes its bands: of an earthquake, of a cyclone's winds, or drawn by hand."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sojourn.methods import intensity, sphere
from sojourn.procedures.exercise.scenarios.shape import Band, Home, Message, Place, Scenario

FOLDER = Path(__file__).parent
_CORNERS = np.radians(np.arange(0, 360, 5))
_KM_PER_NAUTICAL_MILE = 1.852


class NoSuchScenario(Exception):
    """There is no scenario of that name; the message lists those there are."""


@cache
def scenario_keys() -> tuple[str, ...]:
    """Return the names of all scenarios, the main one first."""
    names = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != "kathmandu"))


@cache
def scenario(key: str) -> Scenario:
    """Return a scenario by its name. Raises NoSuchScenario."""
    if key not in scenario_keys():
        raise NoSuchScenario(f"There is no scenario “{key}”, only {', '.join(scenario_keys())}.")
    facts = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    homes = tuple(Home(country=country, **home) for country, home in facts["homes"].items())
    return Scenario(
        key=facts["key"],
        title=facts["title"],
        summary=facts["summary"],
        kind=facts["kind"],
        started_at=facts["started"],
        time_zone=facts["time_zone"],
        host=facts["host"],
        host_authority=facts["host_authority"],
        event=facts["event"],
        headline=facts["headline"],
        instruction=facts["instruction"],
        partners=tuple(facts["partners"]),
        messages=tuple(_message(one, facts["levels"]) for one in facts["messages"]),
        homes=homes,
        places=tuple(Place(name, *numbers) for name, numbers in facts["places"].items()),
        post_city=facts["posts"]["city"],
        post_latitude=facts["posts"]["latitude"],
        post_longitude=facts["posts"]["longitude"],
        cultures={home.country: home.culture for home in homes},
    )


def _message(facts: Mapping[str, Any], levels: Sequence[tuple[float, str]]) -> Message:
    if "rupture" in facts:
        areas = _shaken(facts["rupture"], [level for level, _ in levels])
    elif "track" in facts:
        areas = _blown_over(facts["track"], [level for level, _ in levels])
    else:
        areas = {one["level"]: _ring(one["ring"]) for one in facts["drawn"]}
    return Message(
        identifier=facts["identifier"],
        type=facts["type"],
        after=timedelta(minutes=facts["after_min"]),
        description=facts["description"],
        bands=tuple(Band(label, areas[level]) for level, label in levels if level in areas),
    )


def _shaken(facts: Mapping[str, float], levels: Iterable[float]) -> dict[float, BaseGeometry]:
    rupture = intensity.Rupture(**facts)
    bands = intensity.bands_of(rupture, levels)
    return {level: shapely.geometry.shape(geometry) for level, geometry in bands.items()}


def _blown_over(
    track: Sequence[tuple[float, float, Sequence[float]]], levels: Sequence[float]
) -> dict[float, BaseGeometry]:
    """Return for each wind the union of the hulls of neighbouring circles; radii in nautical miles."""
    bands = {}
    for number, level in enumerate(levels):
        circles = [
            _circle(lat, lon, radii[number] * _KM_PER_NAUTICAL_MILE)
            for lat, lon, radii in track
            if radii[number] > 0
        ]
        hulls = [shapely.union(a, b).convex_hull for a, b in pairwise(circles)] or circles
        if hulls:
            bands[level] = shapely.union_all(hulls)
    return bands


def _circle(latitude: float, longitude: float, radius_km: float) -> BaseGeometry:
    lon, lat = sphere.destination(
        longitude, latitude, radius_km * np.sin(_CORNERS), radius_km * np.cos(_CORNERS)
    )
    return shapely.Polygon(np.round(np.column_stack([lon, lat]), 4))


def _ring(corners: Sequence[Sequence[float]]) -> BaseGeometry:
    return shapely.Polygon([(lon, lat) for lat, lon in corners])
