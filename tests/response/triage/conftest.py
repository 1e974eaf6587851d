"""A case in a crisis, and what was said."""

import pytest

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.terms import Role
from sojourn.response.triage import operations
from sojourn.response.triage.rules import Said


@pytest.fixture
def open_case(crisis, officer, noon):
    """A function that opens the case of a person."""

    def _open(person, *, at=noon, answer=Answer.INSIDE):
        caseload.open_cases(
            crisis=crisis,
            findings=[caseload.CaseFinding(person=person, answer=answer)],
            what="exposed",
            by=officer,
            at=at,
        )
        return Case.objects.get(crisis=crisis, person=person)

    return _open


@pytest.fixture
def case(register, open_case):
    """The case of Maria Santos."""
    return open_case(register())


@pytest.fixture
def ask(noon):
    """A function by which the person of a case asks for help."""

    def _ask(case, *needs, text="", at=noon):
        operations.triage_reply(case=case, text=text, needs=needs, by=case.person, at=at)
        case.refresh_from_db()
        return case

    return _ask


@pytest.fixture
def second_officer(state, noon):
    """Another duty officer of the same State."""
    user = organisations.add_user(
        username="second", password=None, display_name="Second Officer", by=state_setup(), at=noon
    )
    organisations.give_role(
        user=user,
        organisation=state,
        role=Role.DUTY_OFFICER,
        office=None,
        by=state_setup(),
        at=noon.replace(year=2020),
    )
    return user


def state_setup():
    from sojourn.foundation.audit.terms import System

    return System("tests")


@pytest.fixture
def medical():
    """A medical need that cannot wait."""
    return Said("medical", "urgent")
