"""The board's map: coarse clusters by area, small ones merged, and the posts. Where no person can be found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pycountry
import shapely
from django.core.cache import cache
from shapely.geometry import shape

from sojourn.exchange import gazetteer
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.people.models import Whereabouts
from sojourn.methods import zorder
from sojourn.reporting.board.rules import Breakdown, Figures

SMALLEST: Final = 5
SAMPLE: Final = 60
DAY_S: Final = 24 * 3_600

Spot = tuple[float, float]  # latitude, longitude


@dataclass(frozen=True, slots=True)
class Cluster:
    """People around one spot, by the three numbers."""

    latitude: float
    longitude: float
    unaccounted: int
    in_need: int
    safe: int

    @property
    def count(self) -> int:
        """Return how many people it stands for."""
        return self.unaccounted + self.in_need + self.safe


@dataclass(frozen=True, slots=True)
class Clusters:
    """What the map draws, and how many people are in areas that have no known place."""

    clusters: tuple[Cluster, ...]
    unplaced: int


def clusters_of(areas: Breakdown, crisis: Crisis, *, smallest: int = SMALLEST) -> Clusters:
    """Return a cluster for each area with a known place; those below `smallest` join their neighbour."""
    found, unplaced = [], 0
    for row in areas.rows:
        spot = spot_of(row.value, crisis.countries)
        if spot is None:
            unplaced += _total(row.figures)
        elif _total(row.figures):
            found.append(_cluster(spot, row.figures))
    return Clusters(merged(found, smallest), unplaced)


def merged(clusters: Iterable[Cluster], smallest: int) -> tuple[Cluster, ...]:
    """Return clusters of at least `smallest` people: a smaller one joins the nearest; alone, it is left out."""
    kept = sorted(clusters, key=lambda one: (one.count, one.latitude, one.longitude))
    while kept and kept[0].count < smallest:
        small = kept.pop(0)
        if not kept:
            return ()
        near = min(kept, key=lambda one: _apart(one, small))
        kept.remove(near)
        kept.append(_joined(near, small))
        kept.sort(key=lambda one: (one.count, one.latitude, one.longitude))
    return tuple(kept)


def spot_of(area: str, countries: Sequence[str]) -> Spot | None:
    """Return the middle of an area by ISO 3166-2 code or by name, else by what is known of positions in it."""
    if not area:
        return None
    key = f"spot:{'.'.join(countries)}:{area.encode().hex()}"[:240]
    spot: Spot | bool | None = cache.get(key)
    if spot is None:
        spot = _outline_middle(area, countries) or _middle_of_positions(area) or False
        cache.set(key, spot, DAY_S)
    return spot if isinstance(spot, tuple) else None


def bounds_of(countries: Sequence[str]) -> tuple[Spot, Spot] | None:
    """Return the south-west and north-east corners around some countries, for a map with nothing on it yet."""
    outlines = [place for code in countries if (place := gazetteer.country(code))]
    if not outlines:
        return None
    boxes = [shape(place.geometry).bounds for place in outlines]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return (south, west), (north, east)


def _outline_middle(area: str, countries: Sequence[str]) -> Spot | None:
    place = gazetteer.subdivision(area) or gazetteer.subdivision(_code_of(area, countries))
    if place is None:
        return None
    point = shapely.point_on_surface(shape(place.geometry))
    return round(point.y, 2), round(point.x, 2)


def _code_of(name: str, countries: Sequence[str]) -> str:
    for country in countries:
        entry = pycountry.countries.get(alpha_3=country)
        parts: Any = pycountry.subdivisions.get(country_code=entry.alpha_2) if entry else None
        for part in parts or ():
            if gazetteer.folded(part.name) == gazetteer.folded(name):
                return str(part.code)
    return ""


def _middle_of_positions(area: str) -> Spot | None:
    rows = Whereabouts.objects.filter(area=area).values_list("key", "level")[:SAMPLE]
    cells = [(key, level) for key, level in rows]
    if len(cells) < SMALLEST:
        return None
    keys, levels = np.array(cells, dtype=np.int64).T
    longitudes, latitudes = zorder.centres(keys, levels)
    return round(float(np.median(latitudes)), 1), round(float(np.median(longitudes)), 1)


def _total(figures: Figures) -> int:
    return (figures.unaccounted or 0) + (figures.in_need or 0) + (figures.safe or 0)


def _cluster(spot: Spot, figures: Figures) -> Cluster:
    return Cluster(
        *spot,
        unaccounted=figures.unaccounted or 0,
        in_need=figures.in_need or 0,
        safe=figures.safe or 0,
    )


def _apart(one: Cluster, other: Cluster) -> float:
    across = (one.longitude - other.longitude + 180) % 360 - 180
    return (one.latitude - other.latitude) ** 2 + across**2


def _joined(large: Cluster, small: Cluster) -> Cluster:
    return Cluster(
        large.latitude,
        large.longitude,
        unaccounted=large.unaccounted + small.unaccounted,
        in_need=large.in_need + small.in_need,
        safe=large.safe + small.safe,
    )
