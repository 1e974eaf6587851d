"""A person with an open case and a child, her link, and a way through her pages."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.timezone import now

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Answer
from sojourn.procedures.self_service import operations
from sojourn.response.outreach.operations import links


@pytest.fixture(autouse=True)
def _forget_guesses():
    cache.clear()


@pytest.fixture
def maria(register, crisis, officer, noon):
    """A person whose case is open, with a child in the household."""
    person = register("Maria Santos", languages=["fil"], nationality="PHL")
    child = register("Jose Santos", household=person.household)
    caseload.open_cases(
        crisis=crisis,
        findings=[
            caseload.CaseFinding(person=one, answer=Answer.INSIDE) for one in (person, child)
        ],
        what="exposed",
        by=officer,
        at=noon,
    )
    return person


@pytest.fixture
def token(maria, officer):
    """The token of Maria's link."""
    return operations.token_in(links.personal_link(person=maria, crisis=None, by=officer, at=now()))


@pytest.fixture
def go(client, token):
    """A function that opens one of Maria's pages, or posts to it."""

    def _go(name="page", data=None, **more):
        address = reverse(f"self_service:{name}", args=[token, *more.pop("args", [])])
        if data is None:
            return client.get(address, more)
        return client.post(address, data, **more)

    return _go
