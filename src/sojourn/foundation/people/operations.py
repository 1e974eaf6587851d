"""Deeds on people: register, add a contact point, a document, whereabouts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from sojourn.foundation import bulk
from sojourn.foundation.access import sealing
from sojourn.foundation.access.key_ring import Key, key_of_person
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.people import rules
from sojourn.foundation.people.models import (
    ContactPoint,
    Household,
    IdentityDocument,
    NameToken,
    Person,
    Whereabouts,
)
from sojourn.foundation.people.rules import CannotPlace
from sojourn.foundation.people.terms import Channel, DocumentKind, Occupation, Sex, Source
from sojourn.methods import names

__all__ = ["CannotPlace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of a person when they are registered. Only a name or a description is needed."""

    name: str = ""
    description: str = ""
    other_names: Sequence[str] = ()
    nationality: str = ""
    second_nationality: str = ""
    languages: Sequence[str] = ()
    sex: Sex = Sex.UNKNOWN
    birth_year: int | None = None
    occupation: Occupation = Occupation.UNKNOWN


@transaction.atomic
def register_person(
    *,
    facts: PersonFacts,
    responsible: Organisation,
    by: Actor,
    at: datetime,
    household: Household | None = None,
    office: Office | None = None,
    warden: User | None = None,
    is_exercise: bool = False,
) -> Person:
    """Add a person to the register of an organisation, in a household of their own when none is given."""
    person = Person.objects.create(
        **fields_of(facts),
        household=household or Household.objects.create(),
        responsible=responsible,
        office=office,
        warden=warden,
        is_exercise=is_exercise,
        registered_at=at,
    )
    index_names([person])
    audit.record(what="person.registered", about=person, by=by, at=at, person_id=person.pk)
    return person


@transaction.atomic
def correct_person(*, person: Person, facts: PersonFacts, by: Actor, at: datetime) -> Person:
    """Replace what is known of a person. The audit trail says which fields changed, not their values."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    changed = [name for name, value in fields_of(facts).items() if getattr(person, name) != value]
    if not changed:
        return person
    for name, value in fields_of(facts).items():
        setattr(person, name, value)
    person.save(update_fields=changed)
    index_names([person])
    audit.record(
        what="person.corrected", about=person, by=by, at=at, person_id=person.pk, fields=changed
    )
    return person


def fields_of(facts: PersonFacts) -> dict[str, object]:
    """Return the facts as the columns of `Person`."""
    return {
        "name": facts.name,
        "description": facts.description,
        "other_names": list(facts.other_names),
        "nationality": facts.nationality,
        "second_nationality": facts.second_nationality,
        "languages": list(facts.languages),
        "sex": facts.sex,
        "birth_year": facts.birth_year,
        "occupation": facts.occupation,
    }


def index_names(people: Sequence[Person]) -> None:
    """Write the searchable pieces of the names of some people anew."""
    NameToken.objects.filter(person__in=people).delete()
    bulk.insert(name_tokens(people))


def name_tokens(people: Sequence[Person]) -> list[NameToken]:
    """Return the searchable pieces of the names of some people, unsaved."""
    return [
        NameToken(person=person, token=token)
        for person in people
        for token in sorted(_tokens_of(person))
    ]


def _tokens_of(person: Person) -> frozenset[str]:
    spellings = [person.name, *person.other_names]
    return frozenset(
        token[:40] for spelling in spellings for token in names.tokens_of(str(spelling)) if token
    )


@transaction.atomic
def add_contact_point(
    *, person: Person, channel: Channel, address: str, by: Actor, at: datetime, rank: int = 1
) -> ContactPoint:
    """Add a way to reach a person; new ones are tried first. Safe to repeat."""
    point, is_new = ContactPoint.objects.get_or_create(
        person=person, channel=channel, address=address, defaults={"rank": rank, "added_at": at}
    )
    if is_new:
        audit.record(what="contact_point.added", about=point, by=by, at=at, person_id=person.pk)
    return point


@transaction.atomic
def add_document(
    *,
    person: Person,
    kind: DocumentKind,
    number: str,
    country: str,
    by: Actor,
    at: datetime,
    expires_on: date | None = None,
) -> IdentityDocument:
    """Add an identity document with its number sealed. Safe to repeat."""
    index = document_index(number)
    known = person.documents.filter(kind=kind, country=country, number_index=index).first()
    if known is not None:
        return known
    document = new_document(
        person=person,
        kind=kind,
        number=number,
        country=country,
        expires_on=expires_on,
        key=key_of(person, at=at),
    )
    document.save(force_insert=True)
    audit.record(what="document.added", about=document, by=by, at=at, person_id=person.pk)
    return document


def key_of(person: Person, *, at: datetime) -> Key:
    """Return the key under which what is about a person is sealed."""
    return key_of_person(person.pk, organisation=person.responsible, at=at)


def document_index(number: str) -> bytes:
    """Return the blind index under which a document number is found."""
    return sealing.blind_index(rules.canonical_document_number(number), name="document")


def new_document(
    *,
    person: Person,
    kind: DocumentKind,
    number: str,
    country: str,
    key: Key,
    expires_on: date | None = None,
) -> IdentityDocument:
    """Return an unsaved document with its number sealed for its own row, under the person's key."""
    row = uuid7()
    return IdentityDocument(
        id=row,
        person=person,
        kind=kind,
        country=country,
        number_sealed=sealing.seal(
            number, table="people_identitydocument", column="number", row=row, key=key
        ),
        number_index=document_index(number),
        expires_on=expires_on,
    )


@transaction.atomic
def read_document_number(*, document: IdentityDocument, why: str, by: Actor, at: datetime) -> str:
    """Open a document number on purpose; the look is recorded with its reason (a code, not text)."""
    number = sealing.open_sealed(
        document.number_sealed, table="people_identitydocument", column="number", row=document.pk
    )
    audit.record(
        what="document.number_read",
        about=document,
        by=by,
        at=at,
        person_id=document.person_id,
        is_read=True,
        why=why,
    )
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A claim of where someone is: degrees WGS 84, accuracy in km, and the place in words.

    `is_exact_kept` asks to keep the exact point, sealed, for rescue.
    """

    latitude: float
    longitude: float
    accuracy_km: float
    observed_at: datetime
    source: Source
    country: str = ""
    area: str = ""
    place: str = ""
    is_exact_kept: bool = False


@transaction.atomic
def report_whereabouts(
    *, person: Person, position: Position, by: Actor, at: datetime
) -> Whereabouts:
    """Append a claim of where a person is. Raises CannotPlace for a position that is not on earth."""
    key = key_of(person, at=at) if position.is_exact_kept else None
    whereabouts = new_whereabouts(person_id=person.pk, position=position, at=at, key=key)
    whereabouts.save(force_insert=True)
    audit.record(what="whereabouts.reported", about=whereabouts, by=by, at=at, person_id=person.pk)
    return whereabouts


def new_whereabouts(
    *, person_id: UUID, position: Position, at: datetime, key: Key | None = None
) -> Whereabouts:
    """Return an unsaved claim, its key cut to the accuracy and the exact point sealed if asked for.

    `key` is the person's; only the exact point needs it.
    """
    cell, level = rules.position_key(
        latitude=position.latitude,
        longitude=position.longitude,
        accuracy_km=position.accuracy_km,
    )
    row = uuid7()
    exact = None
    if position.is_exact_kept:
        exact = sealing.seal(
            json.dumps([position.latitude, position.longitude]),
            table="people_whereabouts",
            column="exact",
            row=row,
            key=key,
        )
    return Whereabouts(
        id=row,
        person_id=person_id,
        observed_at=position.observed_at,
        recorded_at=at,
        source=position.source,
        accuracy_km=position.accuracy_km,
        key=cell,
        level=level,
        country=position.country,
        area=position.area,
        place=position.place,
        exact_sealed=exact,
    )


@transaction.atomic
def note_read(*, person: Person, what: str, by: Actor, at: datetime, why: str) -> None:
    """Record that someone looked at a person's record, so that the person can see it."""
    audit.record(what=what, about=person, by=by, at=at, person_id=person.pk, is_read=True, why=why)


def note_listed(*, people: Iterable[UUID], what: str, by: Actor, at: datetime, why: str) -> None:
    """Record that somebody read a list with these people in it, once an hour for each of them."""
    keys = list(dict.fromkeys(people))
    if keys:
        audit.record_list(what=what, people=keys, by=by, at=at, why=why)
