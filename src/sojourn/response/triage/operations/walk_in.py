"""Somebody stands at the counter, or calls, and is in no register: person, household, case and needs in one deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Household, Person
from sojourn.foundation.people.terms import Channel, DocumentKind
from sojourn.foundation.people.terms import Source as PlaceSource
from sojourn.preparedness.registration import operations as registration
from sojourn.response.triage import rules
from sojourn.response.triage.models import Report
from sojourn.response.triage.operations.needs import report_needs
from sojourn.response.triage.rules import Said
from sojourn.response.triage.terms import Source

AT_THE_POST_KM = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Somebody who came along: a name to call by, a birth year when known."""

    name: str
    birth_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkIn:
    """What is known of somebody who comes to us. A name or a description is enough."""

    facts: people.PersonFacts
    needs: Sequence[Said] = ()
    text: str = ""
    phone: str = ""
    document_kind: DocumentKind = DocumentKind.PASSPORT
    document_number: str = ""
    document_country: str = ""
    companions: Sequence[Companion] = ()
    is_at_post: bool = False
    place: str = ""
    source: Source = Source.WALK_IN


@transaction.atomic
def take_walk_in(
    *,
    crisis: Crisis,
    walk_in: WalkIn,
    organisation: Organisation,
    office: Office | None,
    by: User,
    at: datetime,
    key: UUID,
    person: Person | None = None,
) -> Case:
    """Take somebody in: register them unless `person` is known already, open the case, write down the needs.

    Nothing but a name or a description is asked; whatever else is known is kept. The same `key` counts once.
    Raises CannotTriage when nothing at all is known of them.
    """
    known = Report.objects.filter(pk=key).select_related("case").first()
    if known is not None:
        return known.case
    if person is None:
        person = _register(crisis, walk_in, organisation, office, by=by, at=at)
    if walk_in.is_at_post and office is not None:
        _place(person, office, by=by, at=at)
    elif walk_in.place:
        _tell_place(crisis, person, walk_in, by=by, at=at)
    case = _case_of(crisis, person, by=by, at=at)
    report_needs(
        case=case,
        text=walk_in.text,
        needs=walk_in.needs,
        source=walk_in.source,
        by=by,
        said_by=person,
        at=at,
        key=key,
    )
    audit.record(what="person.walked_in", about=case, by=by, at=at, person_id=person.pk)
    case.refresh_from_db()
    return case


def _register(
    crisis: Crisis,
    walk_in: WalkIn,
    organisation: Organisation,
    office: Office | None,
    *,
    by: User,
    at: datetime,
) -> Person:
    facts = walk_in.facts
    rules.check_is_somebody(name=facts.name, description=facts.description)
    household = Household.objects.create()
    person = people.register_person(
        facts=facts,
        responsible=organisation,
        office=office,
        household=household,
        is_exercise=crisis.is_exercise,
        by=by,
        at=at,
    )
    if walk_in.phone:
        people.add_contact_point(
            person=person, channel=Channel.SMS, address=walk_in.phone, by=by, at=at
        )
    if walk_in.document_number:
        people.add_document(
            person=person,
            kind=walk_in.document_kind,
            number=walk_in.document_number,
            country=walk_in.document_country,
            by=by,
            at=at,
        )
    for companion in walk_in.companions:
        member = people.register_person(
            facts=people.PersonFacts(
                name=companion.name,
                birth_year=companion.birth_year,
                nationality=facts.nationality,
                languages=facts.languages,
            ),
            responsible=organisation,
            office=office,
            household=household,
            is_exercise=crisis.is_exercise,
            by=by,
            at=at,
        )
        _case_of(crisis, member, by=by, at=at)
    return person


def _case_of(crisis: Crisis, person: Person, *, by: User, at: datetime) -> Case:
    """Return the case of a person in a crisis, opened now when there is none."""
    known = Case.objects.filter(crisis=crisis, person=person).first()
    if known is not None:
        return known
    caseload.open_cases(
        crisis=crisis,
        findings=[
            caseload.CaseFinding(
                person=person, answer=Answer.REPORTED, reason="They came to us, or called."
            )
        ],
        what="walked_in",
        by=by,
        at=at,
    )
    return Case.objects.get(crisis=crisis, person=person)


def _tell_place(crisis: Crisis, person: Person, walk_in: WalkIn, *, by: User, at: datetime) -> None:
    """Keep where they say they are, for them and for who of the household is new with them."""
    told = registration.Told(
        words=walk_in.place,
        source=PlaceSource.SELF,
        told_at=at,
        countries=[str(code) for code in crisis.countries],
    )
    names = {companion.name for companion in walk_in.companions}
    company = Person.objects.filter(household=person.household_id, name__in=names)
    for one in (person, *company.exclude(pk=person.pk)):
        registration.tell_place(person=one, told=told, by=by, at=at)


def _place(person: Person, office: Office, *, by: User, at: datetime) -> None:
    if office.latitude is None or office.longitude is None:
        return
    people.report_whereabouts(
        person=person,
        position=people.Position(
            latitude=office.latitude,
            longitude=office.longitude,
            accuracy_km=AT_THE_POST_KM,
            observed_at=at,
            source=PlaceSource.OFFICER,
            country=office.country,
            place=office.name,
        ),
        by=by,
        at=at,
    )
