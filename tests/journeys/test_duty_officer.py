"""A duty officer on shift: an exercise on the board, the queue, a call, a referral, the report."""

import re

import pytest
from django.utils.timezone import now

from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer
from sojourn.procedures.exercise import operations as exercises
from sojourn.response.referral import operations as referrals
from sojourn.response.triage import operations as triage
from tests.journeys.conftest import no_problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def exercise(officer):
    """A paused exercise in which somebody calls for a doctor."""
    exercise = exercises.start_exercise(
        scenario="kathmandu", people=60, seed=1, speed=0, by=officer, at=now()
    )
    moment = exercise.crisis.clock.at(now())
    case = Case.objects.filter(crisis=exercise.crisis, answer=Answer.INSIDE).order_by("id").first()
    triage.triage_reply(
        case=case, text="", needs=[triage.Said("medical", "urgent")], by=case.person, at=moment
    )
    referrals.add_service(
        facts=referrals.ServiceFacts(
            name="Field clinic", provider="Helping Hands", kinds=["medical"]
        ),
        kept_by=case.responsible,
        is_exercise=True,
        by=officer,
        at=now(),
    )
    return exercise, case


def test_a_shift_from_the_board_to_the_situation_report(visit, sign_in, officer, exercise):
    _exercise, case = exercise
    page = sign_in(visit(), officer)

    with no_problems(page):
        page.get_by_role("main").get_by_role("link", name=case.crisis.name).click()
        page.get_by_text("Unaccounted for").first.wait_for()
        assert page.get_by_role("complementary", name="Exercise").is_visible()

        page.goto(f"/triage/crises/{case.crisis_id}/")
        page.keyboard.press("/")
        page.keyboard.type(case.person.name)
        page.keyboard.press("Enter")
        page.get_by_text("Who it may be, likeliest first").wait_for()
        assert page.get_by_role("link", name=case.person.name).is_visible()
        page.get_by_role("button", name="Take the next").click()
        page.wait_for_url(f"**/triage/cases/{case.pk}/")
        case.refresh_from_db()
        assert case.assigned_to == officer

        page.get_by_text("Write a note").click()
        page.locator("#do-note textarea").fill("Spoke with the neighbour.")
        page.get_by_role("button", name="Keep the note").click()
        page.get_by_text("Spoke with the neighbour.").wait_for()

        page.get_by_role("button", name="Refer to a service").click()
        page.locator("main form[method=post] [name=service]").select_option(index=1)
        page.locator("main form[method=post] textarea").fill("Needs insulin today.")
        page.get_by_role("button", name="Offer").click()
        page.get_by_role("heading", name=re.compile("Referral to")).wait_for()

        page.goto(f"/triage/cases/{case.pk}/")
        page.locator("#do-close > summary").click()
        page.locator("#do-close select").first.select_option("helped")
        page.locator("#do-close button[type=submit]").click()
        page.get_by_text("This case is closed").wait_for()

        page.goto(f"/crises/{case.crisis_id}/situation/")
        page.get_by_role("heading", name="Situation report").wait_for()

    assert page.get_by_role("complementary", name="Exercise").is_visible()
