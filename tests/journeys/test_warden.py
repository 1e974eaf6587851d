"""A warden sees the people who named her, and nobody else."""

import pytest

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Answer
from tests.journeys.conftest import PHONE, no_problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_warden_looks_up_her_people_on_a_telephone(visit, sign_in, warden, register, crisis):
    mine = register("Rosa Flores", warden=warden)
    other = register("Rosa Fuentes")
    caseload.open_cases(
        crisis=crisis,
        findings=[caseload.CaseFinding(person=one, answer=Answer.INSIDE) for one in (mine, other)],
        what="exposed",
        by=warden,
        at=crisis.started_at,
    )
    page = sign_in(visit(size=PHONE), warden)

    with no_problems(page):
        page.get_by_role("button", name="To the register").click()
        page.get_by_role("searchbox").fill("rosa")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="Rosa Flores").wait_for()
        assert page.get_by_role("link", name="Rosa Fuentes").count() == 0
        page.get_by_role("link", name="Rosa Flores").click()
        page.get_by_text("Earthquake").first.wait_for()
        assert page.get_by_role("button", name="Correct").count() == 0

    refused = page.goto(f"/register/{other.pk}/")
    assert refused.status == 404
