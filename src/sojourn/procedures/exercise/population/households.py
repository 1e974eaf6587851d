"""Makes a population: families, dormitories, students, visitors, domestic workers alone; the same for the same seed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Final

from sojourn.foundation.people.terms import Occupation, Sex
from sojourn.procedures.exercise.cultures.read import Name, culture, full_name
from sojourn.procedures.exercise.population.contacts import Contacts
from sojourn.procedures.exercise.population.places import settle
from sojourn.procedures.exercise.population.shape import MadeHousehold, MadePerson
from sojourn.procedures.exercise.scenarios.shape import Home, Scenario

# Share of each kind of household, by what most people of a country do abroad.
MIXES: Final[Mapping[str, Mapping[str, float]]] = {
    "workers": {"family": 26, "dormitory": 14, "worker": 34, "domestic": 6, "student": 8, "visitor": 7, "resident": 5},
    "domestic": {"family": 22, "dormitory": 5, "worker": 20, "domestic": 36, "student": 4, "visitor": 6, "resident": 7},
    "students": {"family": 25, "dormitory": 2, "worker": 12, "domestic": 3, "student": 46, "visitor": 6, "resident": 6},
    "visitors": {"family": 24, "dormitory": 1, "worker": 8, "domestic": 0, "student": 9, "visitor": 50, "resident": 8},
    "mixed": {"family": 36, "dormitory": 6, "worker": 20, "domestic": 8, "student": 14, "visitor": 10, "resident": 6},
}  # fmt: skip
SIZES: Final[Mapping[str, tuple[int, ...]]] = {
    "family": (2, 2, 3, 3, 4, 4, 4, 5, 5, 6),
    "dormitory": (4, 5, 6, 6, 8, 8, 10, 12),
    "worker": (1, 1, 1, 2),
    "domestic": (1,),
    "student": (1, 2, 2, 3),
    "visitor": (1, 2, 2, 2, 3, 4),
    "resident": (1, 1, 2),
}
OCCUPATIONS: Final[Mapping[str, Occupation]] = {
    "family": Occupation.FAMILY,
    "dormitory": Occupation.WORKER,
    "worker": Occupation.WORKER,
    "domestic": Occupation.DOMESTIC_WORKER,
    "student": Occupation.STUDENT,
    "visitor": Occupation.VISITOR,
    "resident": Occupation.RESIDENT,
}
WOMEN: Final[Mapping[str, float]] = {"dormitory": 0.08, "worker": 0.25, "domestic": 0.93}
AGES: Final[Mapping[str, tuple[int, int]]] = {
    "dormitory": (19, 48), "worker": (20, 55), "domestic": (19, 50), "student": (18, 29),
    "visitor": (18, 74), "resident": (25, 80), "family": (24, 60),
}  # fmt: skip
MIXED_FAMILIES: Final = 0.04
WARDENS: Final = 0.25
LINGUA_FRANCA: Final = "en"
PART: Final = 400  # people; nobody has more than one number, so parts share no telephone


@dataclass(frozen=True, slots=True)
class _Maker:
    scenario: Scenario
    random: Random
    numbers: Iterator[int]
    contacts: Contacts


def population(scenario: Scenario, *, people: int, seed: int) -> Iterator[MadeHousehold]:
    """Yield households of a scenario until there are that many people. Same seed, same people."""
    for part in range(parts_of(people)):
        yield from part_of_population(scenario, people=people, seed=seed, part=part)


def parts_of(people: int) -> int:
    """Return in how many parts that many people are made."""
    return -(-people // PART)


def part_of_population(
    scenario: Scenario, *, people: int, seed: int, part: int
) -> Iterator[MadeHousehold]:
    """Yield the households of one part (from 0). It can be made alone: it draws and numbers for itself."""
    random = Random(f"{scenario.key}:{seed}:{part}")  # noqa: S311  # people to exercise with, no secret
    first = part * PART
    contacts = Contacts(random, year=scenario.started_at.year, first=first)
    maker = _Maker(scenario, random, count(first), contacts)
    left = min(PART, people - first)
    while left > 0:
        home = random.choices(scenario.homes, [one.weight for one in scenario.homes])[0]
        mix = MIXES[home.kinds]
        kind = random.choices(list(mix), list(mix.values()))[0]
        size = min(random.choice(SIZES[kind]), left)
        yield _household(maker, home, kind, size)
        left -= size


def _household(maker: _Maker, home: Home, kind: str, size: int) -> MadeHousehold:
    family = maker.random.choice(culture(home.culture).family)
    makers: Mapping[str, Callable[..., list[MadePerson]]] = {"family": _family}
    people = makers.get(kind, _companions)(maker, home, kind, size, family)
    maker.contacts.give(people, kind)
    settle(people, kind, home, maker.scenario, maker.random)
    return MadeHousehold(kind, tuple(people), maker.random.random() < WARDENS)


def _companions(maker: _Maker, home: Home, kind: str, size: int, _family: Name) -> list[MadePerson]:
    """People without a common name: workers of one dormitory, friends, one alone."""
    low, high = AGES[kind]
    return [
        _person(
            maker,
            home,
            OCCUPATIONS[kind],
            age=maker.random.randint(low, high),
            is_female=maker.random.random() < WOMEN.get(kind, 0.5),
            family=maker.random.choice(culture(home.culture).family),
        )
        for _ in range(size)
    ]


def _family(maker: _Maker, home: Home, _kind: str, size: int, family: Name) -> list[MadePerson]:
    """Two adults and children, now and then a grandparent; some couples are of two countries."""
    age = maker.random.randint(24, 50)
    other = home
    if maker.random.random() < MIXED_FAMILIES:
        other = maker.random.choice(maker.scenario.homes)
    is_worker = maker.random.random() < 0.8
    first = Occupation.WORKER if is_worker else Occupation.RESIDENT
    partner = family if other is home else maker.random.choice(culture(other.culture).family)
    people = [
        _person(maker, home, first, age=age, is_female=False, family=family),
        _person(
            maker,
            other,
            Occupation.FAMILY,
            age=max(20, age + maker.random.randint(-8, 4)),
            is_female=True,
            family=partner,
        ),
    ]
    while len(people) < size:
        is_old = len(people) == 2 and maker.random.random() < 0.12
        years = age + maker.random.randint(22, 30) if is_old else maker.random.randint(0, 17)
        people.append(
            _person(
                maker,
                home,
                Occupation.FAMILY,
                age=years if is_old else min(years, age - 18),
                is_female=maker.random.random() < 0.5,
                family=family,
            )
        )
    return people[:size]


def _person(
    maker: _Maker, home: Home, occupation: Occupation, *, age: int, is_female: bool, family: Name
) -> MadePerson:
    name = full_name(home.culture, is_female=is_female, family=family, random=maker.random)
    own = culture(home.culture).language
    speaks_english = own != LINGUA_FRANCA and maker.random.random() < 0.4
    return MadePerson(
        number=next(maker.numbers),
        name=name.own,
        latin=name.latin,
        nationality=home.country,
        languages=(own, LINGUA_FRANCA) if speaks_english else (own,),
        sex=Sex.FEMALE if is_female else Sex.MALE,
        birth_year=maker.scenario.started_at.year - age,
        occupation=occupation,
    )
