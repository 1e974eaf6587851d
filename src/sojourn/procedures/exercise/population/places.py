"""Where they are, and where the register last heard of them: of every age and accuracy, and sometimes wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

import numpy as np

from sojourn.foundation.people.terms import Source
from sojourn.methods import sphere
from sojourn.procedures.exercise.population.shape import MadePerson, Sighting
from sojourn.procedures.exercise.scenarios.shape import Home, Place, Scenario


@dataclass(frozen=True, slots=True)
class _Trace:
    """A way in which a position comes to be known."""

    share: float
    least: timedelta
    most: timedelta
    accuracies_km: tuple[float, ...]
    source: Source


TRACES: Final = (
    _Trace(9, timedelta(minutes=3), timedelta(hours=6), (0.05, 0.1, 0.5), Source.SELF),
    _Trace(14, timedelta(hours=6), timedelta(days=5), (0.3, 1.0, 3.0), Source.SELF),
    _Trace(22, timedelta(days=5), timedelta(days=40), (1.0, 3.0, 8.0), Source.EMPLOYER),
    _Trace(22, timedelta(days=40), timedelta(days=170), (3.0, 8.0, 15.0), Source.LIST),
    _Trace(10, timedelta(days=20), timedelta(days=150), (30.0, 60.0), Source.RELATIVE),
    _Trace(9, timedelta(days=170), timedelta(days=730), (5.0, 15.0, 60.0), Source.LIST),
    _Trace(6, timedelta(days=10), timedelta(days=400), (250.0,), Source.OFFICER),
)
UNKNOWN: Final = 0.05
ABROAD: Final = 0.04
HALF_OF_MOVES: Final = timedelta(days=500)


def settle(
    people: Sequence[MadePerson], kind: str, home: Home, scenario: Scenario, random: Random
) -> None:
    """Put a household where it really is, and give the register its traces of it."""
    place = random.choices(scenario.places, [one.weight for one in scenario.places])[0]
    latitude, longitude = _around(place.latitude, place.longitude, place.spread_km, random)
    is_abroad = random.random() < ABROAD
    is_split = kind == "family" and random.random() < 0.15
    trace = random.choices(TRACES, [one.share for one in TRACES])[0]
    for one in people:
        if is_split or kind in {"visitor", "student"}:
            trace = random.choices(TRACES, [one.share for one in TRACES])[0]
        one.latitude, one.longitude, one.is_here = latitude, longitude, not is_abroad
        if is_abroad:
            one.latitude, one.longitude = home.latitude, home.longitude
        if random.random() >= UNKNOWN:
            one.sightings = _sightings(one, trace, place, home, scenario, random)


def _sightings(
    person: MadePerson,
    trace: _Trace,
    place: Place,
    home: Home,
    scenario: Scenario,
    random: Random,
) -> list[Sighting]:
    """Return one or two claims; an old one may be of a place the person has left since."""
    age = trace.least + (trace.most - trace.least) * random.random()
    if not person.is_here and random.random() < 0.6:
        spot = _around(home.latitude, home.longitude, 15, random)
        return [Sighting(*spot, 15.0, age, trace.source, home.country, "")]
    has_moved = random.random() > 0.5 ** (age / HALF_OF_MOVES)
    seen = random.choice(scenario.places) if has_moved else place
    accuracy = random.choice(trace.accuracies_km)
    if has_moved or not person.is_here:
        spot = _around(seen.latitude, seen.longitude, seen.spread_km, random)
    else:
        spot = _around(person.latitude, person.longitude, accuracy / 2, random)
    newest = Sighting(*spot, accuracy, age, trace.source, scenario.host, seen.name)
    if random.random() < 0.15:
        earlier = random.choice(scenario.places)
        spot = _around(earlier.latitude, earlier.longitude, earlier.spread_km, random)
        before = age + timedelta(days=random.randint(30, 400))
        older = Sighting(*spot, 15.0, before, Source.LIST, scenario.host, earlier.name)
        return [older, newest]
    return [newest]


def _around(
    latitude: float, longitude: float, spread_km: float, random: Random
) -> tuple[float, float]:
    east, north = random.gauss(0, spread_km / 2), random.gauss(0, spread_km / 2)
    lon, lat = sphere.destination(longitude, latitude, np.float64(east), np.float64(north))
    return round(float(lat), 5), round(float(lon), 5)
