"""From a file on the desk to a crisis with its cases, as a duty officer would, with a script and without."""

import base64

import pytest

from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.operations import Position
from sojourn.foundation.people.terms import Source
from sojourn.preparedness.alerts.models import Alert
from tests.journeys.conftest import no_problems
from tests.preparedness.alerts.conftest import cap, gdacs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNPLACED = "<geocode><valueName>UGC</valueName><value>NPZ001</value></geocode>"
DROP = """([files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) {
    data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  }
  document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
}"""


def in_kathmandu(person, officer, noon):
    people.report_whereabouts(
        person=person,
        position=Position(
            latitude=27.7,
            longitude=85.3,
            accuracy_km=0.1,
            observed_at=noon,
            source=Source.LIST,
            country="NPL",
            area="Bagmati",
        ),
        by=officer,
        at=noon,
    )


def test_files_dropped_on_the_page_become_alerts_and_one_click_opens_the_crisis(
    visit, sign_in, officer, register, noon
):
    in_kathmandu(register("Maria Santos"), officer, noon)
    page = sign_in(visit(), officer)
    page.goto("/alerts/")
    files = [("a.xml", cap(expires="2099-01-01T00:00:00+00:00")), ("bad.xml", b"<alert>")]
    with no_problems(page):
        sent = [[name, base64.b64encode(data).decode()] for name, data in files]
        page.evaluate(DROP, [sent])
        page.get_by_text("bad.xml").wait_for()
        page.get_by_role("link", name="Strong earthquake").first.click()
        page.locator("[data-ready=true]").wait_for()
        page.get_by_role("button", name="Start a crisis from this alert").click()
        page.get_by_role("button", name="Open the crisis").click()
        page.wait_for_url("**/crises/**")

    assert Case.objects.filter(crisis=Crisis.objects.get()).count() == 1


def test_an_area_is_drawn_by_clicking_its_corners(visit, sign_in, officer):
    page = sign_in(visit(), officer)
    page.goto("/alerts/")
    page.get_by_label("Alert files").set_input_files(
        {"name": "a.xml", "mimeType": "text/xml", "buffer": cap(area=UNPLACED)}
    )
    page.get_by_role("button", name="Read").click()
    with no_problems(page):
        page.get_by_text("Area not placed", exact=True).wait_for()
        page.locator("[data-ready=true]").wait_for()
        field = page.locator("[data-map]")
        field.scroll_into_view_if_needed()
        box = field.bounding_box()
        for across, down in ((0.4, 0.4), (0.6, 0.4), (0.5, 0.6)):
            page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        page.get_by_text("Corners so far: 3").wait_for()
        page.get_by_role("button", name="This is the footprint").click()
        page.get_by_text("drawn by an officer").wait_for()

    assert Alert.objects.get().event.footprints.count() == 1


def test_without_a_script_the_corners_are_typed(visit, sign_in, officer):
    page = sign_in(visit(script=False), officer)
    page.goto("/alerts/")
    page.get_by_label("Alert files").set_input_files(
        {"name": "g.xml", "mimeType": "text/xml", "buffer": gdacs("Red")}
    )
    page.get_by_role("button", name="Read").click()
    page.get_by_label("Drawing", exact=False).last.fill("27, 85\n27, 86\n28, 86")
    page.get_by_role("button", name="This is the footprint").click()

    page.get_by_text("Chosen or drawn by an officer").wait_for()
