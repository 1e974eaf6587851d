"""Places told in words ("near the bus park in Pokhara"): which towns or parts of countries they may mean.

Only whole names count, in any of their spellings. What may mean several places is never decided here:
all are returned. Towns of 5,000 people and more are GeoNames' (data/places), parts of countries Natural Earth's.
"""

import gzip
import math
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from sojourn.exchange import gazetteer
from sojourn.exchange.place_names import plain_place
from sojourn.exchange.place_words import (
    AROUND,
    NO_NAMES,
    PREFIXES,
    SUFFIXES,
)

FOLDER: Final = Path(__file__).resolve().parents[3] / "data" / "places"
MOST_WORDS: Final = 5
MOST_CANDIDATES: Final = 12
LONGEST_TEXT: Final = 500
LEAST_SIGNS: Final = 3
PEOPLE_PER_KM2: Final = 4_000.0
"""Of a town's built-up ground (Angel et al. 2012, Atlas of Urban Expansion: 2,000 to 10,000, most near this)."""
LEAST_KM: Final = 3.0
MOST_KM: Final = 25.0
KM_PER_DEGREE: Final = 111.32
_ENDS: Final = re.compile(r"[,;/|()\[\]\n\r،؛।።]|\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that words may mean: its point in degrees WGS 84, and how far from it one may be, in km."""

    name: str
    country: str
    latitude: float
    longitude: float
    accuracy_km: float
    region: str = ""
    """Name of the part of the country, told where several candidates must be told apart."""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What some words may mean. ``place`` is set where they can mean one place only."""

    candidates: tuple[NamedPlace, ...] = ()
    place: NamedPlace | None = None


def places_in(text: str, *, countries: Collection[str] = ()) -> PlaceWords:
    """Return the places that words may mean; ``countries`` (alpha-3) is where the person is thought to be.

    A country that the words name counts before those. Where neither holds a place of the name, places
    elsewhere are offered and none is taken.
    """
    parts = [plain_place(part).split() for part in _ENDS.split(text[:LONGEST_TEXT])]
    named = [name for words in parts for name in _names_in(words)]
    said = {name.country for name in named if name.country}
    if not any(name.towns for name in named):
        regions = [region for name in named for region in name.regions]
        return _of_regions(regions, said or set(countries))
    found = [
        _within(
            name,
            said,
            countries,
            [r for other in named if other is not name for r in other.regions],
        )
        for name in named
        if name.towns
    ]
    candidates = tuple(dict.fromkeys(place for places, _is_sure in found for place in places))
    if len(candidates) == 1:
        return PlaceWords(candidates, candidates[0] if all(sure for _, sure in found) else None)
    return PlaceWords(tuple(_with_region(place) for place in candidates[:MOST_CANDIDATES]))


@dataclass(frozen=True, slots=True)
class _Name:
    """A name met in the words: the towns and regions that bear it, or the country."""

    towns: tuple[NamedPlace, ...] = ()
    regions: tuple[str, ...] = ()
    country: str = ""


def _names_in(words: Sequence[str]) -> Iterator[_Name]:
    """The longest names, from left to right; no word belongs to two."""
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + MOST_WORDS), start, -1):
            found = _named(words[start:end])
            if found is not None:
                yield _widened(found) if _is_around(words, start, end) else found
                start = end
                break
        else:
            start += 1


def _named(words: Sequence[str]) -> _Name | None:
    if all(word in NO_NAMES for word in words):
        return None
    for spelling in _spellings(words):
        if len(spelling) < LEAST_SIGNS:
            continue
        country = gazetteer.country_code(spelling) if len(spelling) > LEAST_SIGNS else None
        if country:
            return _Name(country=country)
        towns, regions = _towns(spelling), _regions().get(spelling, ())
        if towns or regions:
            return _Name(towns, regions)
    return None


def _spellings(words: Sequence[str]) -> Iterator[str]:
    """As written, then without what some languages write onto a name ("in", "of")."""
    whole = " ".join(words)
    yield whole
    for prefix in PREFIXES:
        if whole.startswith(prefix):
            yield whole.removeprefix(prefix)
    for suffix in SUFFIXES:
        if whole.endswith(suffix):
            yield whole.removesuffix(suffix)


def _is_around(words: Sequence[str], start: int, end: int) -> bool:
    beside = [*words[max(0, start - 1) : start], *words[end : end + 1]]
    return any(word in AROUND for word in beside)


def _widened(name: _Name) -> _Name:
    """Near a town is not in it: twice as far."""
    towns = tuple(replace(town, accuracy_km=2 * town.accuracy_km) for town in name.towns)
    return replace(name, towns=towns)


def _within(
    name: _Name, said: Collection[str], thought: Collection[str], regions: Sequence[str]
) -> tuple[tuple[NamedPlace, ...], bool]:
    """The towns of a name where the words, or else the person, are; all of them, unsure, where none is."""
    around = [town for town in name.towns if any(_is_inside(town, region) for region in regions)]
    towns = tuple(around) or name.towns
    for countries in (said, thought):
        if countries:
            there = tuple(town for town in towns if town.country in countries)
            return (there, True) if there else (towns, False)
    return towns, True


def _with_region(place: NamedPlace) -> NamedPlace:
    tree, names = _map()
    inside = tree.query(shapely.Point(place.longitude, place.latitude), predicate="intersects")
    return replace(place, region=names[int(inside[0])]) if len(inside) else place


@cache
def _map() -> tuple[shapely.STRtree, list[str]]:
    parts = list(gazetteer.subdivisions().values())
    outlines = [shapely.geometry.shape(part.geometry) for part in parts]
    return shapely.STRtree(outlines), [part.name for part in parts]


def _of_regions(codes: Sequence[str], countries: Collection[str]) -> PlaceWords:
    places = [_region(code) for code in dict.fromkeys(codes)]
    there = [place for place in places if place.country in countries]
    found = tuple(there or places)
    is_sure = len(found) == 1 and (bool(there) or not countries)
    return PlaceWords(found[:MOST_CANDIDATES], found[0] if is_sure else None)


def _is_inside(town: NamedPlace, region: str) -> bool:
    place = gazetteer.subdivision(region)
    return place is not None and bool(
        shapely.geometry.shape(place.geometry).intersects(
            shapely.Point(town.longitude, town.latitude)
        )
    )


def _region(code: str) -> NamedPlace:
    """A part of a country as a point within it and the radius of a circle of its area."""
    place = gazetteer.subdivision(code)
    if place is None:
        raise KeyError(code)
    shape = shapely.geometry.shape(place.geometry)
    middle = shape.representative_point()
    area_km2 = shape.area * KM_PER_DEGREE**2 * math.cos(math.radians(middle.y))
    return NamedPlace(
        place.name,
        gazetteer.country_code(code.partition("-")[0]) or "",
        round(middle.y, 3),
        round(middle.x, 3),
        float(math.ceil(math.sqrt(area_km2 / math.pi))),
    )


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    """Name → codes of the parts of countries that bear it."""
    names: dict[str, tuple[str, ...]] = {}
    for code, place in gazetteer.subdivisions().items():
        plain = plain_place(place.name)
        names[plain] = (*names.get(plain, ()), code)
    return names


# --- towns: two texts in memory, and where their lines begin -------------------------------------


class _Lines:
    """The lines of a packed text, found by number; 10 MB where 400,000 small strings would take 60."""

    def __init__(self, name: str) -> None:
        with gzip.open(FOLDER / name) as file:
            self.text = file.read()
        ends = np.flatnonzero(np.frombuffer(self.text, dtype=np.uint8) == ord("\n"))
        self.ends = ends.astype(np.uint32)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> bytes:
        start = int(self.ends[number - 1]) + 1 if number else 0
        return self.text[start : int(self.ends[number])]


@cache
def _all_towns() -> _Lines:
    return _Lines("towns.tsv.gz")


@cache
def _all_names() -> _Lines:
    return _Lines("town_names.tsv.gz")


def _towns(name: str) -> tuple[NamedPlace, ...]:
    """The towns of a name, the largest first."""
    names, wanted = _all_names(), name.encode()
    found = bisect_left(range(len(names)), wanted, key=lambda n: names[n].partition(b"\t")[0])
    if found == len(names):
        return ()
    known, _tab, numbers = names[found].partition(b"\t")
    if known != wanted:
        return ()
    lines = (_all_towns()[int(number)].decode().split("\t") for number in numbers.split(b","))
    largest = sorted(lines, key=lambda line: -int(line[4]))
    return tuple(
        NamedPlace(called, country, float(latitude), float(longitude), km_of_a_town(int(people)))
        for called, country, latitude, longitude, people in largest
    )


def km_of_a_town(people: int) -> float:
    """Return how far from the middle of a town of some people its edge is, in km, between 3 and 25."""
    radius_km = math.sqrt(people / PEOPLE_PER_KM2 / math.pi)
    return float(min(max(math.ceil(radius_km), LEAST_KM), MOST_KM))
