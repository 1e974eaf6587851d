"""A made-up person and household as data, and what is true of them though no register says so."""

from dataclasses import dataclass, field
from datetime import timedelta

from sojourn.foundation.people.terms import Occupation, Sex, Source


@dataclass(frozen=True, slots=True)
class Sighting:
    """One claim of where somebody is: how long before the event, and how exactly."""

    latitude: float
    longitude: float
    accuracy_km: float
    age: timedelta
    source: Source
    country: str
    area: str


@dataclass(slots=True)
class MadePerson:
    """One person. `is_here` and the true place are known to nobody but the exercise."""

    number: int
    name: str
    latin: str
    nationality: str
    languages: tuple[str, ...]
    sex: Sex
    birth_year: int
    occupation: Occupation
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    document: str = ""
    sightings: list[Sighting] = field(default_factory=list)
    is_here: bool = True
    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(frozen=True, slots=True)
class MadeHousehold:
    """People who move and decide together. `has_warden`: they named a warden when they registered."""

    kind: str
    people: tuple[MadePerson, ...]
    has_warden: bool
