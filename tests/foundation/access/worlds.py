"""Small random worlds: in the database, and the same in plain facts."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from tests.conftest import LONG_AGO, SET_UP

from sojourn.foundation.access.models import Agreement, BrokenGlass, Consent, Grant, Withholding
from sojourn.foundation.access.terms import Basis, ConsentWay, Purpose
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.terms import OfficeKind, OrganisationKind, Role
from sojourn.foundation.people import operations as people

HOUR = timedelta(hours=1)
CARE = [Purpose.LOCATING, Purpose.ASSISTANCE, Purpose.EVACUATION]
ASKED = [Purpose.TRACING, Purpose.REINTEGRATION]


@dataclass
class Staff:
    user: object
    organisation: object
    role: Role
    office: object = None
    begins_h: int = -999
    ends_h: int = 999


@dataclass
class Fact:
    """One agreement, consent, grant, withholding or opened glass, as the statement reads it."""

    kind: str
    about: dict
    begins_h: int = -999
    ends_h: int = 999


@dataclass
class World:
    staff: list = field(default_factory=list)
    people: list = field(default_factory=list)
    erased: set = field(default_factory=set)
    facts: list = field(default_factory=list)


def _period(random):
    """Hours from now at which something begins and ends: past, running, to come."""
    begins = random.choice([-48, -24, -24, -1, 0, 1])
    return begins, random.choice([begins + 1, begins + 24, 999, 999])


def _moments(noon, begins, ends):
    return noon + begins * HOUR, None if ends == 999 else noon + ends * HOUR


def build(random, noon):
    """Make a small random world in the database, and the same in plain facts."""
    world = World()
    kinds = [
        OrganisationKind.STATE_OF_ORIGIN,
        OrganisationKind.STATE_OF_ORIGIN,
        OrganisationKind.CIVIL_SOCIETY,
    ]
    powers = [
        organisations.found_organisation(
            name=f"Power {number}", kind=kind, country="", by=SET_UP, at=LONG_AGO
        )
        for number, kind in enumerate(kinds)
    ]
    offices = {
        power.pk: [
            organisations.open_office(
                organisation=power,
                name=f"In {country}",
                kind=OfficeKind.EMBASSY,
                country=country,
                by=SET_UP,
                at=LONG_AGO,
            )
            for country in ("NPL", "IND")
        ]
        for power in powers
    }
    _hire(world, random, powers, offices, noon)
    _register(world, random, powers, offices, noon)
    for _number in range(random.randint(4, 14)):
        _add(world, random, powers, offices, noon)
    return world


def _hire(world, random, powers, offices, noon):
    for number in range(random.randint(2, 4)):
        user = organisations.add_user(
            username=f"u{number}", password=None, display_name="", by=SET_UP, at=LONG_AGO
        )
        for _membership in range(random.choice([1, 1, 2])):
            power = random.choice(powers)
            role = random.choice([*Role, *[Role.PARTNER_CASEWORKER] * 4])
            office = random.choice([None, *offices[power.pk]])
            if role == Role.POST_OFFICER and office is None:
                office = offices[power.pk][0]
            begins, ends = random.choice([(-999, 999), (-999, 999), _period(random)])
            starts_at, ends_at = _moments(noon, begins, ends)
            try:
                membership = organisations.give_role(
                    user=user, organisation=power, role=role, office=office, by=SET_UP, at=starts_at
                )
            except organisations.CannotChangeMembership:
                continue  # two roles that check each other
            type(membership).objects.filter(pk=membership.pk).update(expires_at=ends_at)
            world.staff.append(Staff(user, power, role, office, begins, ends))


def _register(world, random, powers, offices, noon):
    wardens = [one.user for one in world.staff if one.role == Role.WARDEN]
    for number in range(random.randint(1, 3)):
        power = random.choice(powers[:2])
        person = people.register_person(
            facts=people.PersonFacts(name=f"P{number}"),
            responsible=power,
            office=random.choice([None, *offices[power.pk]]),
            warden=random.choice([None, *wardens]),
            by=SET_UP,
            at=LONG_AGO,
        )
        if random.random() < 0.1:
            person.erased_at = noon
            person.save()
            world.erased.add(person.pk)
        world.people.append(person)


def _add(world, random, powers, offices, noon):
    kind = random.choice(["consent", *["shared"] * 5, "withheld", "glass"])
    person, (begins, ends) = random.choice(world.people), _period(random)
    starts_at, _ends_at = _moments(noon, begins, ends)
    if kind == "consent":
        _consent(world, random, person, random.choice(powers), random.choice(list(Purpose)), noon)
    elif kind == "shared":
        _share(world, random, person, powers, noon)
    elif kind == "withheld":
        user = random.choice(world.staff).user
        office = random.choice(offices[random.choice(powers).pk])
        power = random.choice(powers)
        column, party = random.choice([("user", user), ("office", office), ("organisation", power)])
        is_lifted = random.random() < 0.3
        Withholding.objects.create(
            person_id=person.pk,
            said_at=noon,
            lifted_at=noon if is_lifted else None,
            **{column: party},
        )
        if not is_lifted:
            world.facts.append(Fact("withheld", {"person": person.pk, "party": party.pk}))
    else:
        user = random.choice(world.staff).user
        closes = ends if ends != 999 else begins + 1
        BrokenGlass.objects.create(
            user=user,
            person_id=person.pk,
            reason_sealed=b"",
            opened_at=starts_at,
            closes_at=noon + closes * HOUR,
        )
        world.facts.append(Fact("glass", {"person": person.pk, "user": user.pk}, begins, closes))


def _consent(world, random, person, power, purpose, noon):
    if Consent.objects.filter(
        person_id=person.pk, organisation=power, purpose=purpose, withdrawn_at=None
    ).exists():
        return
    ends = random.choice([-1, 0, 24, 999, 999])
    is_withdrawn = random.random() < 0.35
    Consent.objects.create(
        person_id=person.pk,
        organisation=power,
        purpose=purpose,
        way=ConsentWay.HERSELF,
        language="en",
        text="yes",
        given_at=noon - 48 * HOUR,
        expires_at=None if ends == 999 else noon + ends * HOUR,
        withdrawn_at=noon - HOUR if is_withdrawn else None,
    )
    if not is_withdrawn:
        about = {"person": person.pk, "to": power.pk, "purpose": purpose}
        world.facts.append(Fact("consent", about, -48, ends))


def _share(world, random, person, powers, noon):
    receiver = random.choice([one for one in powers if one.pk != person.responsible_id])
    purpose = random.choice([*CARE, *ASKED])
    begins, ends = _period(random)
    starts_at, ends_at = _moments(noon, begins, ends)
    is_vital = random.random() < 0.2
    agreement = None
    if not is_vital or random.random() < 0.5:
        agreement = _agree(world, random, person, receiver, purpose, noon)
    if random.random() < 0.9:
        _consent(world, random, person, receiver, purpose, noon)
    country = random.choice(["NPL", "IND", ""])
    if is_vital and ends_at is None:
        ends, ends_at = begins + 24, starts_at + 24 * HOUR
    Grant.objects.create(
        organisation=receiver,
        person_id=person.pk,
        purpose=purpose,
        basis=Basis.VITAL_INTEREST if is_vital else Basis.CONSENT,
        agreement=agreement,
        country=country,
        starts_at=starts_at,
        expires_at=ends_at,
        reason=f"test:{uuid4()}",
    )
    about = {
        "person": person.pk,
        "to": receiver.pk,
        "purpose": purpose,
        "vital": is_vital,
        "country": country,
        "agreement": agreement and agreement.pk,
    }
    world.facts.append(Fact("grant", about, begins, ends))


def _agree(world, random, person, receiver, purpose, noon):
    begins, ends = random.choice([(-999, 999), _period(random)])
    starts_at, ends_at = _moments(noon, begins, ends)
    signed_h = random.choice([(-999, -999), (-999, -999), (-2, None), (None, -2), (1, -2)])
    ended_h = random.choice([None, None, None, -1, 0, 2])
    signed = [None if hour is None else noon + hour * HOUR for hour in signed_h]
    agreement = Agreement.objects.create(
        giver=person.responsible,
        receiver=receiver,
        purpose=purpose,
        starts_at=starts_at,
        ends_at=ends_at,
        drafted_at=LONG_AGO,
        giver_signed_at=signed[0],
        receiver_signed_at=signed[1],
        ended_at=None if ended_h is None else noon + ended_h * HOUR,
    )
    if None not in signed_h:
        counts_from = max(begins, *signed_h)
        counts_to = ends if ended_h is None else min(ends, ended_h)
        about = {"key": agreement.pk}
        world.facts.append(Fact("agreement", about, counts_from, counts_to))
    return agreement
