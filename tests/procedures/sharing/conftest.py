"""A person of the State, and a referral of hers that a partner has received with her consent."""

import pytest

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Answer
from sojourn.response.referral import operations as referrals
from sojourn.response.referral.terms import Consent as Said


@pytest.fixture
def person(register):
    return register("Maria Santos", languages=["fil"])


@pytest.fixture
def sent(person, partner, state, crisis, officer, noon):
    """Maria was sent to the partner's clinic, with her consent."""
    caseload.open_cases(
        crisis=crisis,
        findings=[caseload.CaseFinding(person=person, answer=Answer.INSIDE)],
        what="exposed",
        by=officer,
        at=noon,
    )
    clinic = referrals.add_service(
        facts=referrals.ServiceFacts(name="Clinic", provider="Helping Hands", kinds=["medical"]),
        kept_by=state,
        organisation=partner,
        by=officer,
        at=noon,
    )
    referral = referrals.offer_referral(
        case=person.cases.get(),
        service=clinic,
        kinds=["medical"],
        summary="Insulin",
        by=officer,
        at=noon,
    )
    referrals.record_consent(referral=referral, how=Said.SPOKEN, by=officer, at=noon)
    return referrals.send_referral(referral=referral, by=officer, at=noon)
