"""Put the made-up people into the register, in bulk: as a list would bring them, marked as of an exercise."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sojourn.foundation import bulk
from sojourn.foundation.access.key_ring import NewKeys
from sojourn.foundation.access.models import PersonKey
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import (
    ContactPoint,
    Household,
    IdentityDocument,
    NameToken,
    Person,
    Whereabouts,
)
from sojourn.foundation.people.terms import Channel, DocumentKind
from sojourn.procedures.exercise.behaviour.conduct import People
from sojourn.procedures.exercise.behaviour.shape import Conduct
from sojourn.procedures.exercise.models import Exercise, StandIn
from sojourn.procedures.exercise.population.households import part_of_population
from sojourn.procedures.exercise.population.shape import MadePerson
from sojourn.procedures.exercise.scenarios.shape import Scenario


@dataclass(frozen=True, slots=True)
class State:
    """A State of origin of the exercise: who holds the records, its post, and its warden."""

    organisation: Organisation
    post: Office
    warden: User


@dataclass(slots=True)
class Rows:
    """People with everything that is known of them, not yet written."""

    households: list[Household] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    contacts: list[ContactPoint] = field(default_factory=list)
    documents: list[IdentityDocument] = field(default_factory=list)
    whereabouts: list[Whereabouts] = field(default_factory=list)
    stand_ins: list[StandIn] = field(default_factory=list)
    tokens: list[NameToken] = field(default_factory=list)
    keys: list[PersonKey] = field(default_factory=list)


def made_people(
    *, exercise: Exercise, scenario: Scenario, states: Mapping[str, State], part: int
) -> Rows:
    """Return one part (from 0) of the population of an exercise; nothing is written."""
    at = scenario.started_at
    conduct = People(scenario, seed=exercise.seed, part=part)
    rows = Rows()
    keys = {code: NewKeys(state.organisation, at=at) for code, state in states.items()}
    for one in part_of_population(scenario, people=exercise.people, seed=exercise.seed, part=part):
        household = Household()
        rows.households.append(household)
        for member, acts in zip(one.people, conduct.of(one), strict=True):
            state = states[member.nationality]
            person = _person(member, household, state, has_warden=one.has_warden, at=at)
            rows.persons.append(person)
            rows.contacts += _contacts(person, member, at)
            rows.documents += _documents(person, member, keys[member.nationality])
            rows.whereabouts += _whereabouts(person, member, at)
            rows.stand_ins.append(_stand_in(exercise, person, acts))
    rows.tokens = people.name_tokens(rows.persons)
    rows.keys = [row for made in keys.values() for row in made.rows]
    return rows


def write_people(rows: Rows) -> None:
    """Write a part of a population into the register, within the caller's transaction."""
    for some in (
        rows.households,
        rows.persons,
        rows.keys,
        rows.contacts,
        rows.documents,
        rows.whereabouts,
        rows.stand_ins,
        rows.tokens,
    ):
        bulk.insert(some)


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


def _documents(person: Person, one: MadePerson, keys: NewKeys) -> list[IdentityDocument]:
    if not one.document:
        return []
    return [
        people.new_document(
            person=person,
            kind=DocumentKind.PASSPORT,
            number=one.document,
            country=one.nationality,
            key=keys.key_of(person.pk),
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
