"""A case, and a clinic that a partner runs."""

import pytest

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer
from sojourn.response.referral import operations


@pytest.fixture
def case(register, crisis, officer, noon):
    """The case of Maria Santos."""
    person = register()
    caseload.open_cases(
        crisis=crisis,
        findings=[caseload.CaseFinding(person=person, answer=Answer.INSIDE)],
        what="exposed",
        by=officer,
        at=noon,
    )
    return Case.objects.get(person=person)


@pytest.fixture
def clinic(state, partner, officer, noon):
    """A clinic in Kathmandu that the partner runs and the State keeps in its directory."""
    return operations.add_service(
        facts=operations.ServiceFacts(
            name="Walk-in clinic",
            provider="Helping Hands",
            kinds=["medical"],
            languages=["ne", "en"],
            country="NPL",
            area="Kathmandu",
            phone="+97714000000",
        ),
        kept_by=state,
        organisation=partner,
        by=officer,
        at=noon,
    )
