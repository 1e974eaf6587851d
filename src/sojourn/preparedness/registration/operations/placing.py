"""Places told in words alone: a guess where they can mean one place only, kept as words where not."""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db import transaction

from sojourn.exchange.places import NamedPlace, PlaceWords, places_in
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import User
from sojourn.foundation.people import operations as people
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.people.models import Person, Whereabouts
from sojourn.foundation.people.terms import Source
from sojourn.foundation.refusals import mark as _
from sojourn.methods import sphere, zorder
from sojourn.preparedness.registration import rules
from sojourn.preparedness.registration.models import Import, PlaceTold
from sojourn.preparedness.registration.rules import CannotSettle
from sojourn.preparedness.registration.terms import PlaceState

LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A place in words, who told it and of when it is (None: nobody knows).

    `countries` (alpha-3) is where the person is thought to be.
    """

    words: str
    source: Source
    told_at: datetime | None
    countries: Collection[str] = ()


@transaction.atomic
def tell_place(*, person: Person, told: Told, by: Actor, at: datetime) -> PlaceTold:
    """Keep where somebody is in words, and place them where the words can mean one place only."""
    known = people_queries.last_known_location(person)
    place, guess = new_place(person=person, told=told, known=known, at=at)
    if guess is not None:
        guess.save(force_insert=True)
    place.save(force_insert=True)
    audit.record(
        what="place.told", about=place, by=by, at=at, person_id=person.pk, state=place.state
    )
    return place


def new_place(
    *,
    person: Person,
    told: Told,
    known: Whereabouts | None,
    at: datetime,
    record: Import | None = None,
) -> tuple[PlaceTold, Whereabouts | None]:
    """Return the words and the guess, unsaved. No guess is made where a better place is `known`."""
    words = " ".join(told.words.split())[:LONGEST]
    found = _read(words, frozenset(told.countries))
    place = PlaceTold(
        person=person,
        words=words,
        source=told.source,
        told_at=told.told_at or at,
        recorded_at=at,
        state=PlaceState.SEVERAL if found.candidates else PlaceState.UNPLACED,
        candidates=[list(astuple(one)) for one in found.candidates],
        record=record,
    )
    if found.place is None:
        return place, None
    if known is not None and _is_better(known, found.place, told.told_at):
        place.state = PlaceState.KNOWN
        return place, None
    guess = _whereabouts(place, found.place, at=at)
    place.state, place.whereabouts = PlaceState.GUESSED, guess
    return place, guess


@transaction.atomic
def settle_place(*, place: PlaceTold, choice: int | None, by: User, at: datetime) -> PlaceTold:
    """Say which of the candidates is meant, counted from 0, or that none is. Safe to repeat.

    Raises CannotSettle when there is no such candidate.
    """
    place = PlaceTold.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if choice is not None and not 0 <= choice < len(place.candidates):
        raise CannotSettle(_("There is no such place among those offered."))
    before, place.whereabouts = place.whereabouts, None
    if choice is None:
        place.state = PlaceState.UNPLACED
        if before is not None:
            _take_away(before, at=at)
    else:
        claim = _whereabouts(place, _candidate(place.candidates[choice]), at=at)
        claim.save(force_insert=True)
        place.state, place.whereabouts = PlaceState.PLACED, claim
    place.settled_by, place.settled_at = by, at
    place.save()
    audit.record(
        what="place.settled",
        about=place,
        by=by,
        at=at,
        person_id=place.person_id,
        state=place.state,
    )
    return place


@lru_cache(maxsize=4_096)
def _read(words: str, countries: frozenset[str]) -> PlaceWords:
    """A list names the same few towns again and again."""
    return places_in(words, countries=countries)


def _is_better(known: Whereabouts, guess: NamedPlace, told_at: datetime | None) -> bool:
    longitude, latitude = zorder.centres([known.key], [known.level])
    apart_km = sphere.distance_km(longitude, latitude, guess.longitude, guess.latitude)
    return rules.is_better_known(
        seen_at=known.observed_at,
        told_at=told_at,
        apart_km=float(apart_km[0]),
        known_km=known.accuracy_km,
        guess_km=guess.accuracy_km,
    )


def _candidate(packed: Sequence[Any]) -> NamedPlace:
    return NamedPlace(*packed)


def _whereabouts(place: PlaceTold, found: NamedPlace, *, at: datetime) -> Whereabouts:
    return people.new_whereabouts(
        person_id=place.person_id,
        position=people.Position(
            latitude=found.latitude,
            longitude=found.longitude,
            accuracy_km=found.accuracy_km,
            observed_at=place.told_at,
            source=Source.WORDS,
            country=found.country,
            area=found.region,
            place=place.words,
        ),
        at=at,
    )


def _take_away(guess: Whereabouts, *, at: datetime) -> None:
    """Take away a wrong guess, and report the claim before it anew, so that it counts again wherever it is counted."""
    person = guess.person
    guess.delete()
    before = people_queries.last_known_location(person)
    if before is not None:
        before.pk, before.recorded_at = uuid7(), at
        before.exact_sealed = None  # bound to its own row, where it stays
        before.save(force_insert=True)
