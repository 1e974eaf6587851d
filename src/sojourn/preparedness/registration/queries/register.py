"""Questions about the register. Those about people take the viewer."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.models import ContactPoint, Person, Whereabouts
from sojourn.foundation.people.terms import Channel
from sojourn.preparedness.registration.models import PlaceTold
from sojourn.preparedness.registration.terms import PlaceState

EXPORTED_AT_ONCE: Final = 500


def purpose_of(viewer: Viewer) -> Purpose:
    """Return why a viewer opens the register: partners assist, the others locate."""
    if viewer.roles == {Role.PARTNER_CASEWORKER}:
        return Purpose.ASSISTANCE
    return Purpose.LOCATING


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter:
    """What the list of people is narrowed to. Empty fields narrow nothing."""

    nationality: str = ""
    occupation: str = ""
    office: UUID | None = None
    reach: str = ""
    record: UUID | None = None
    place: str = ""


def register(*, viewer: Viewer, narrowed: RegisterFilter) -> QuerySet[Person]:
    """Return the people of the register that the viewer may see, the newest first."""
    found = people.people(viewer=viewer, purpose=purpose_of(viewer))
    if narrowed.nationality:
        found = found.filter(
            Q(nationality=narrowed.nationality) | Q(second_nationality=narrowed.nationality)
        )
    if narrowed.occupation:
        found = found.filter(occupation=narrowed.occupation)
    if narrowed.office:
        found = found.filter(office_id=narrowed.office)
    if narrowed.reach:
        reachable = Q(
            contact_points__stopped_at__isnull=True, contact_points__invalid_at__isnull=True
        ) & Q(contact_points__isnull=False)
        keys = Person.objects.filter(reachable).values("pk")
        found = found.filter(pk__in=keys) if narrowed.reach == "yes" else found.exclude(pk__in=keys)
    if narrowed.record:
        found = found.filter(source_rows__record_id=narrowed.record)
    if narrowed.place:
        told = PlaceTold.objects.filter(person=OuterRef("pk"), state=narrowed.place)
        if narrowed.record:
            told = told.filter(record=narrowed.record)
        found = found.filter(Exists(told))
    return found.order_by("-id")


REGISTER_HEADINGS: Final = (
    "name",
    "other_names",
    "nationality",
    "sex",
    "birth_year",
    "occupation",
    "languages",
    "phones",
    "emails",
    "household",
    "country",
    "area",
    "observed_at",
    "accuracy_km",
)


def register_rows(found: QuerySet[Person]) -> Iterator[list[str | int | float | None]]:
    """Yield the register as a table, without document numbers, exact points or keys that open more."""
    for start in itertools.count(step=EXPORTED_AT_ONCE):
        chunk = list(found.prefetch_related("contact_points")[start : start + EXPORTED_AT_ONCE])
        if not chunk:
            return
        keys = Person.objects.filter(pk__in=[person.pk for person in chunk])
        places = {place.person_id: place for place in people.newest_whereabouts(keys)}
        for person in chunk:
            place = places.get(person.pk)
            yield [
                person.name,
                "; ".join(map(str, person.other_names)),
                person.nationality,
                person.sex,
                person.birth_year,
                person.occupation,
                "; ".join(map(str, person.languages)),
                "; ".join(_addresses(person, Channel.SMS)),
                "; ".join(_addresses(person, Channel.EMAIL)),
                str(person.household_id or ""),
                place.country if place else "",
                place.area or place.place if place else "",
                place.observed_at.isoformat() if place else "",
                place.accuracy_km if place else None,
            ]


def _addresses(person: Person, channel: Channel) -> list[str]:
    return [point.address for point in person.contact_points.all() if point.channel == channel]


@dataclass(frozen=True, slots=True)
class Glance:
    """A person as a line of a list: with the newest claim of where they are, and a way to reach them."""

    person: Person
    place: Whereabouts | None
    address: ContactPoint | None
    at: datetime


def at_a_glance(chosen: Sequence[Person], *, at: datetime) -> list[Glance]:
    """Return the people of one page, in their order, with what a line shows of them."""
    keys = Person.objects.filter(pk__in=[person.pk for person in chosen])
    places = {place.person_id: place for place in people.newest_whereabouts(keys)}
    addresses: dict[UUID, ContactPoint] = {}
    for point in ContactPoint.objects.filter(person__in=keys).order_by("-rank"):
        addresses[point.person_id] = point
    moments = caseload.moments_of([one.pk for one in chosen], at=at)
    return [
        Glance(one, places.get(one.pk), addresses.get(one.pk), moments.get(one.pk, at))
        for one in chosen
    ]


def wardens_of(organisation: Organisation, *, at: datetime) -> QuerySet[User]:
    """Return the wardens of an organisation at a moment, by name."""
    held = organisations.roles_in_force(at=at).filter(organisation=organisation, role=Role.WARDEN)
    return User.objects.filter(pk__in=held.values("user_id")).order_by("display_name", "username")


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """How many places told in words are in one state."""

    state: PlaceState
    count: int


def places_by_state(places: QuerySet[PlaceTold]) -> list[PlaceCount]:
    """Count places told in words by what was made of them; states nobody is in are left out."""
    counts = dict(places.order_by().values_list("state").annotate(Count("pk")))
    return [PlaceCount(state, counts[state]) for state in PlaceState if counts.get(state)]
