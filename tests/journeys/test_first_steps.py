"""From the door to a register with people in it, as a new duty officer would."""

import pytest

from tests.journeys.conftest import no_problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "Name,Nationality,Born,Phone\nRam Thapa,Nepal,1990,+9779841234567\nसीता राई,Nepal,,12\n"


def test_an_officer_brings_a_list_and_finds_a_person_in_it(
    visit, sign_in, officer, register, tmp_path
):
    register("राम थापा", birth_year=1990)
    page = sign_in(visit(), officer)
    roster = tmp_path / "staff.csv"
    roster.write_text(LIST, encoding="utf-8")

    with no_problems(page):
        page.get_by_role("button", name="Choose a file").click()
        page.get_by_label("The lists").set_input_files(roster)
        page.get_by_label("Who keeps these lists").fill("ACME")
        page.get_by_role("button", name="Look at the lists").click()
        page.get_by_text("1 row resembles somebody").wait_for()
        page.get_by_role("button", name="The same person").click()
        page.locator("strong", has_text="The same person").wait_for()
        page.get_by_role("button", name="Bring 2 people into the register").click()
        page.get_by_text("The people of this list are in the register.").wait_for()

        page.get_by_role("navigation", name="Main").get_by_role("link", name="Register").click()
        page.get_by_role("searchbox").fill("sita rai")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="सीता राई").click()
        page.get_by_role("heading", name="सीता राई").wait_for()

    assert page.get_by_text("No telephone or e-mail").is_visible()
