"""Fixtures of outreach: a gateway that brings replies, people with telephones and cases, a case's words."""

import pytest

from sojourn.foundation.audit.terms import System
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Household
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.inbox.envelope import Arrived
from sojourn.response.outreach.operations import inbox
from sojourn.response.outreach.terms import ProviderForm

TESTS = System("tests")


@pytest.fixture
def provider(state, noon):
    """The State's SMS gateway."""
    return inbox.add_provider(
        organisation=state,
        facts=inbox.ProviderFacts(name="Gateway", form=ProviderForm.SIGNED),
        secret="between us",
        by=TESTS,
        at=noon,
    )


@pytest.fixture
def exposed(register, crisis, noon):
    """A function that registers a person with a telephone and a case in the crisis."""

    def _exposed(name="Maria Santos", *, phone="+9779800000001", household=None, **facts):
        person = register(name, household=household, **facts)
        if phone:
            people.add_contact_point(
                person=person, channel=Channel.SMS, address=phone, by=TESTS, at=noon
            )
        caseload.open_cases(
            crisis=crisis,
            findings=[caseload.CaseFinding(person=person, answer=Answer.INSIDE)],
            what="exposed",
            by=TESTS,
            at=noon,
        )
        return person

    return _exposed


@pytest.fixture
def family(exposed):
    """A function that makes a household; each phone, or None, is one member."""

    def _family(*phones):
        household = Household.objects.create()
        return [
            exposed(f"Member {number}", phone=phone, household=household)
            for number, phone in enumerate(phones)
        ]

    return _family


@pytest.fixture
def says(provider, noon):
    """A function that puts a reply into the inbox, as the gateway would."""
    count = iter(range(10_000))

    def _says(phone, text, *, key=None, at=None, provider=provider):
        message = Arrived(
            provider_message_id=key or f"m{next(count)}",
            address=phone,
            text=text,
            said_at=at,
            raw=text,
        )
        return inbox.take_in(provider=provider, messages=[message], at=at or noon)

    return _says
