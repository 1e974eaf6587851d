"""The board in a real browser: it renews itself, keeps the reader's place and asks nobody else."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from tests.journeys.conftest import chromium, sign_in, visit

from sojourn.foundation.caseload.terms import Standing

__all__ = ["chromium", "sign_in", "visit"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALL = {"width": 320, "height": 640}


@pytest.fixture(autouse=True)
def _forget():
    cache.clear()


def test_the_board_renews_itself_and_the_reader_keeps_her_place(
    visit, sign_in, officer, numbered, hear
):
    page = sign_in(visit(), officer)
    page.goto(reverse("board:crisis", args=[numbered.pk]))
    lead = page.locator("#board-numbers .number.lead .value")
    assert lead.inner_text().strip() == "9"
    page.locator("#course-table summary").click()
    page.locator("#board-breakdowns").scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")

    hear(numbered.cases.filter(standing=Standing.UNACCOUNTED)[:3])

    page.locator("#board-numbers .number.lead .value", has_text="6").wait_for(timeout=30_000)
    assert page.evaluate("window.scrollY") == before
    assert page.locator("#course-table").get_attribute("open") is not None
    assert not page.problems


def test_no_part_of_the_board_asks_an_outside_address(visit, sign_in, officer, numbered):
    page = sign_in(visit(), officer)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(reverse("board:crisis", args=[numbered.pk]))
    page.locator("[data-map][data-ready]").wait_for()

    own = page.url.split("/crises")[0]
    assert asked
    assert [url for url in asked if not url.startswith((own, "data:", "blob:"))] == []


def test_the_map_is_worked_by_the_keyboard(visit, sign_in, officer, post, numbered):
    page = sign_in(visit(), officer)
    page.goto(reverse("board:crisis", args=[numbered.pk]))
    page.locator("[data-map][data-ready]").wait_for()

    page.get_by_role("button", name="Embassy in Kathmandu").focus()
    page.keyboard.press("Enter")

    page.locator(".leaflet-popup", has_text="Embassy in Kathmandu").wait_for()


def test_an_area_is_drawn_without_a_mouse(visit, sign_in, officer):
    page = sign_in(visit(), officer)
    page.goto(reverse("site:design"))
    page.locator("#drawing[data-ready]").wait_for()

    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.locator("#drawing").press("Enter")
        page.locator("#drawing").press(key)
        page.wait_for_timeout(400)

    assert '"Polygon"' in page.locator("#drawn-area").input_value()
    page.locator("#drawing").press("Backspace")
    assert page.locator("#drawn-area").input_value() == ""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_wider_than_the_smallest_screen(visit, sign_in, officer, numbered, language):
    page = sign_in(visit(size=SMALL), officer)
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": page.url.split("/cr")[0]}]
    )
    for name in ("board:crisis", "board:wall", "situation:report"):
        page.goto(reverse(name, args=[numbered.pk]))
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]


def test_everything_can_be_read_without_javascript(visit, sign_in, officer, numbered):
    page = sign_in(visit(script=False), officer)
    page.goto(reverse("board:crisis", args=[numbered.pk]))

    assert page.locator("#board-numbers .number.lead .value").inner_text().strip() == "9"
    assert page.get_by_text("the table below says the same").is_visible()
