"""A scenario as data: what happened, what is said about it and when, where people are, and who works on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Place:
    """A town or district: degrees, share of the people (any unit), and how far they are spread in km."""

    name: str
    latitude: float
    longitude: float
    weight: float
    spread_km: float


@dataclass(frozen=True, slots=True)
class Home:
    """A country people come from (ISO 3166-1 alpha-3), and what most of them do abroad."""

    country: str
    weight: float
    culture: str
    latitude: float
    longitude: float
    kinds: str


@dataclass(frozen=True, slots=True)
class Band:
    """Where it is at least this bad; bands are nested and ordered from mildest to worst."""

    label: str
    area: BaseGeometry


@dataclass(frozen=True, slots=True)
class Message:
    """One alert: its CAP identifier and type, when it is sent after the event, and its bands."""

    identifier: str
    type: str
    after: timedelta
    description: str
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Scenario:
    """Everything an exercise begins with."""

    key: str
    title: str
    summary: str
    kind: str
    started_at: datetime
    time_zone: str
    host: str
    host_authority: str
    event: str
    headline: str
    instruction: str
    partners: tuple[str, ...]
    messages: tuple[Message, ...]
    homes: tuple[Home, ...]
    places: tuple[Place, ...]
    post_city: str
    post_latitude: float
    post_longitude: float
    cultures: Mapping[str, str]

    @cached_property
    def worst(self) -> Message:
        """Return the last message: how bad it really is."""
        return self.messages[-1]
