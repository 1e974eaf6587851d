"""Numbers, moments and names are written as their readers expect."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from sojourn.site.templatetags import page

NOON = datetime(2015, 4, 25, 12, 0, tzinfo=UTC)


def test_a_telephone_number_is_grouped_and_runs_left_to_right():
    assert page.phone("+9779851012345") == ('<bdi class="phone" dir="ltr">+977 985-1012345</bdi>')


def test_what_is_no_number_is_shown_as_it_is_and_safely():
    assert page.phone("<b>call me</b>") == (
        '<bdi class="phone" dir="ltr">&lt;b&gt;call me&lt;/b&gt;</bdi>'
    )
    assert page.phone(None) == ""


def test_a_moment_is_told_in_the_time_of_the_place_and_in_utc():
    shown = page.moment(NOON, "Asia/Kathmandu")

    assert "25 Apr 2015, 17:45" in shown
    assert "(12:00 UTC)" in shown
    assert 'datetime="2015-04-25T12:00:00+00:00"' in shown


def test_a_moment_in_utc_is_not_told_twice():
    assert page.moment(NOON, "UTC").count("UTC") == 1
    assert page.moment(None) == ""


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=30), "30 hours ago"),
        (timedelta(days=9), "9 days ago"),
        (timedelta(seconds=-90), "just now"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(before, words):
    assert words in page.age(NOON - before, NOON)


def test_a_share_of_nothing_is_nothing():
    assert page.share_of(3, 0) == 0
    assert page.share_of("1", "3") == 33


def test_countries_and_languages_are_named_in_the_language_of_the_page():
    with translation.override("ar"):
        assert page.country("NPL") == "نيبال"
        assert page.language_named("ne") == "النيبالية"
    assert page.country("") == ""


def test_a_change_carries_its_sign():
    assert page.signed(-1200) == "−1,200"
    assert page.signed(5) == "+5"
    assert page.signed(0) == "0"


def test_only_standings_have_a_tone():
    assert page.tone("in_need") == "in_need"
    assert page.tone("closed") == ""
    assert page.tone(None) == ""


def test_lists_and_moments_are_parted_as_the_language_does():
    kinds = ["medical", "shelter"]

    assert page.listed(kinds) == "medical, shelter"
    with translation.override("ar"):
        assert page.listed(kinds) == "medical، shelter"
        assert "2015، 17:45" in page.moment(NOON, "Asia/Kathmandu")
