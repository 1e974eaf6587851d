"""Three in the morning, forty spreadsheets: dropped on one page, watched, let in; with a script and without."""

import os
import zipfile
from pathlib import Path

import pytest

from sojourn.foundation.jobs import runner
from sojourn.foundation.people.models import Person
from tests.journeys.conftest import PHONE, no_problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("SOJOURN_PICTURES")


def work(jobs=1_000):
    """Do what the worker does, some jobs at a time."""
    while jobs and runner.run_one(worker="journey"):
        jobs -= 1


@pytest.fixture
def spreadsheets(tmp_path):
    """Forty files: thirty-eight lists, one that is no list, and one archive of two more."""
    files = []
    for number in range(38):
        path = tmp_path / f"employer-{number:02}.csv"
        rows = "".join(f"Person{number}{n} Rai{n},NPL,+97798{number:02}1{n:05}\n" for n in range(3))
        path.write_text(f"Name,Nationality,Phone\n{rows}", encoding="utf-8")
        files.append(path)
    scan = tmp_path / "scan.csv"
    scan.write_bytes(b"%PDF-1.7 a picture of a list")
    packed = tmp_path / "branches.zip"
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("north/staff.csv", "Name,Nationality\nसीता राई,Nepal\n")
        package.writestr("south/staff.csv", "Name,Nationality\nمحمد علي,Atlantis\n")
    return [*files, scan, packed]


def keep_picture(page, name):
    """Keep a picture where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def bring(page, files):
    page.goto("/imports/")
    keep_picture(page, "imports")
    page.get_by_label("The lists").set_input_files(files)
    page.get_by_label("Who keeps these lists").fill("Ministry of Labour")
    page.get_by_role("button", name="Look at the lists").click()
    page.wait_for_url("**/imports/together/**")


def test_forty_spreadsheets_are_dropped_at_once_and_the_page_follows_by_itself(
    visit, sign_in, officer, spreadsheets
):
    page = sign_in(visit(), officer)
    with no_problems(page):
        bring(page, spreadsheets)
        page.get_by_text("0 / 40").wait_for()
        work(20)
        page.get_by_text("20 / 4").first.wait_for()
        keep_picture(page, "delivery-under-way")
        work()
        page.get_by_role("button", name="Bring 116 people into the register").wait_for()
        assert page.get_by_text("This is not a table").is_visible()
        keep_picture(page, "delivery-read")
        assert not Person.objects.exists()

        page.get_by_role("button", name="Bring 116 people into the register").click()
        page.get_by_text("You may leave this page").wait_for()
        work()
        page.get_by_text("All files are done.").wait_for()

    assert Person.objects.count() == 116


def test_without_a_script_and_on_a_phone_the_same_is_done_by_looking_again(
    visit, sign_in, officer, spreadsheets
):
    page = sign_in(visit(size=PHONE, script=False), officer)
    bring(page, spreadsheets[-4:])

    work()
    page.get_by_role("link", name="Look again").click()
    keep_picture(page, "delivery-phone")
    page.get_by_role("button", name="Bring 8 people into the register").click()
    work()
    page.get_by_role("link", name="Look again").click()

    assert page.get_by_text("All files are done.").is_visible()
    assert page.get_by_role("link", name="Look again").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert Person.objects.count() == 8


def test_the_page_of_many_files_reads_right_to_left(visit, sign_in, officer, spreadsheets):
    page = sign_in(visit(), officer)
    bring(page, spreadsheets[-4:])
    work()
    address = page.url
    page.context.add_cookies(
        [{"name": "django_language", "value": "ar", "url": address.split("/imports")[0]}]
    )

    page.goto(address)
    keep_picture(page, "delivery-ar")

    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.get_by_text("هذا ليس جدولًا").is_visible()
