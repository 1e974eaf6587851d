"""Put the made-up people into the register, in bulk: as a list would bring them, marked as of an exercise."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sojourn.foundation import bulk
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import (
    ContactPoint,
    Household,
    IdentityDocument,
    Person,
    Whereabouts,
)
from sojourn.foundation.people.terms import Channel, DocumentKind
from sojourn.procedures.exercise.behaviour.conduct import People
from sojourn.procedures.exercise.behaviour.shape import Conduct
from sojourn.procedures.exercise.models import Exercise, StandIn
from sojourn.procedures.exercise.population.households import population
from sojourn.procedures.exercise.population.shape import MadeHousehold, MadePerson
from sojourn.procedures.exercise.scenarios.shape import Scenario

BATCH: Final = 400


@dataclass(frozen=True, slots=True)
class State:
    """A State of origin of the exercise: who holds the records, its post, and its warden."""

    organisation: Organisation
    post: Office
    warden: User


def register_people(
    *,
    exercise: Exercise,
    scenario: Scenario,
    states: Mapping[str, State],
    at: datetime,
) -> int:
    """Write the population of an exercise into the register and return how many people it has."""
    conduct = People(scenario, seed=exercise.seed)
    households = population(scenario, people=exercise.people, seed=exercise.seed)
    total = 0
    while batch := list(islice(households, BATCH)):
        total += _write(exercise, batch, states, conduct, at)
    return total


def _write(
    exercise: Exercise,
    batch: Iterable[MadeHousehold],
    states: Mapping[str, State],
    conduct: People,
    at: datetime,
) -> int:
    households, persons, made = [], [], []
    stand_ins: list[StandIn] = []
    for one in batch:
        household = Household()
        households.append(household)
        for member, acts in zip(one.people, conduct.of(one), strict=True):
            state = states[member.nationality]
            person = _person(member, household, state, has_warden=one.has_warden, at=at)
            persons.append(person)
            made.append(member)
            stand_ins.append(_stand_in(exercise, person, acts))
    pairs = list(zip(persons, made, strict=True))
    bulk.insert(households)
    bulk.insert(persons)
    bulk.insert([point for person, one in pairs for point in _contacts(person, one, at)])
    bulk.insert([paper for person, one in pairs for paper in _documents(person, one)])
    bulk.insert([claim for person, one in pairs for claim in _whereabouts(person, one, at)])
    bulk.insert(stand_ins)
    people.index_names(persons)
    return len(persons)


def _person(
    one: MadePerson, household: Household, state: State, *, has_warden: bool, at: datetime
) -> Person:
    facts = people.PersonFacts(
        name=one.name,
        other_names=[one.latin] if one.latin != one.name else [],
        nationality=one.nationality,
        languages=list(one.languages),
        sex=one.sex,
        birth_year=one.birth_year,
        occupation=one.occupation,
    )
    return Person(
        **people.fields_of(facts),
        household=household,
        responsible=state.organisation,
        office=state.post,
        warden=state.warden if has_warden else None,
        is_exercise=True,
        registered_at=at,
    )


def _contacts(person: Person, one: MadePerson, at: datetime) -> list[ContactPoint]:
    addresses = [(Channel.SMS, phone) for phone in one.phones]
    addresses += [(Channel.EMAIL, address) for address in one.emails]
    return [
        ContactPoint(person=person, channel=channel, address=address, rank=rank, added_at=at)
        for rank, (channel, address) in enumerate(addresses, 1)
    ]


def _documents(person: Person, one: MadePerson) -> list[IdentityDocument]:
    if not one.document:
        return []
    return [
        people.new_document(
            person=person,
            kind=DocumentKind.PASSPORT,
            number=one.document,
            country=one.nationality,
        )
    ]


def _whereabouts(person: Person, one: MadePerson, at: datetime) -> list[Whereabouts]:
    return [
        people.new_whereabouts(
            person_id=person.pk,
            position=people.Position(
                latitude=seen.latitude,
                longitude=seen.longitude,
                accuracy_km=seen.accuracy_km,
                observed_at=at - seen.age,
                source=seen.source,
                country=seen.country,
                area=seen.area,
            ),
            at=at,
        )
        for seen in one.sightings
    ]


def _stand_in(exercise: Exercise, person: Person, acts: Conduct) -> StandIn:
    return StandIn(
        person=person,
        exercise=exercise,
        needs=list(acts.needs),
        answers=[asdict(answer) for answer in acts.answers],
    )
