"""Areas nobody placed are drawn; what an officer says holds for later messages too."""

import pytest
from shapely.geometry import Point, shape
from tests.preparedness.alerts.conftest import cap, gdacs

from sojourn.preparedness.alerts import operations, queries
from sojourn.preparedness.alerts.models import Footprint
from sojourn.preparedness.alerts.terms import FootprintSource

pytestmark = pytest.mark.django_db

UNPLACED = "<geocode><valueName>UGC</valueName><value>NPZ001</value></geocode>"
SQUARE = '{"type":"Polygon","coordinates":[[[85,27],[86,27],[86,28],[85,28],[85,27]]]}'


def test_an_area_nobody_placed_waits_for_a_hand_and_then_is_the_footprint(take_in, officer, noon):
    alert = take_in(cap(area=UNPLACED))
    assert queries.present_footprint(alert.event) is None
    assert [area.is_placed for area in queries.areas_of(alert)] == [False]

    operations.place_area(
        alert=alert, description="Kathmandu valley", drawing=SQUARE, by=officer, at=noon
    )

    [area] = queries.areas_of(alert)
    assert (area.is_placed, area.is_drawn) == (True, True)
    footprint = queries.present_footprint(alert.event)
    geometry = footprint.content["infos"][0]["areas"][0]["geometry"]
    assert shape(geometry).contains(Point(85.5, 27.5))


def test_what_was_drawn_holds_for_the_update(take_in, officer, noon):
    alert = take_in(cap(area=UNPLACED))
    operations.place_area(
        alert=alert, description="Kathmandu valley", drawing=SQUARE, by=officer, at=noon
    )
    update = take_in(
        cap(
            "N-2",
            "Update",
            "2026-03-01T12:00:00+00:00",
            area=UNPLACED,
            severity="Extreme",
            references="dhm@example.org,N-1,2026-03-01T11:00:00+00:00",
        )
    )

    footprint = queries.present_footprint(update.event)
    assert footprint.alert == update
    assert footprint.content["infos"][0]["severity"] == "Extreme"


def test_an_officer_may_choose_the_country_that_was_named(take_in, officer, noon):
    alert = take_in(gdacs("Red"))
    named = next(area for area in queries.areas_of(alert) if "Nepal" in area.description)

    footprint = operations.choose_footprint(
        alert=alert, numbers=[named.number], drawing="", by=officer, at=noon
    )

    assert footprint.source == FootprintSource.CHOSEN
    outline = footprint.content["infos"][0]["areas"][0]["geometry"]
    assert shape(outline).contains(Point(84, 28))


def test_corners_may_be_typed_without_a_map(take_in, officer, noon):
    alert = take_in(gdacs("Red"))

    footprint = operations.choose_footprint(
        alert=alert,
        numbers=[],
        drawing="27.0, 85.0\n27.0, 86.0\n28.0 86.0\n",
        by=officer,
        at=noon,
    )

    outline = shape(footprint.content["infos"][0]["areas"][0]["geometry"])
    assert outline.contains(Point(85.8, 27.4))


@pytest.mark.parametrize(
    ("drawing", "words"),
    [
        ("", "has an outline, or draw one"),
        ("27 85\n28 86", "three corners"),
        ("27 85\nnorth\n28 86", "“north” is not"),
        ('{"type":"Point","coordinates":[85,27]}', "no inside"),
        ('{"type":"Polygon","coordinates":[[[85,127],[86,127],[86,128],[85,127]]]}', "shape"),
        ("{", "JSON"),
    ],
)
def test_what_is_no_area_is_refused_in_words(take_in, officer, noon, drawing, words):
    alert = take_in(gdacs("Red"))

    with pytest.raises(operations.CannotPlace, match=words):
        operations.choose_footprint(alert=alert, numbers=[], drawing=drawing, by=officer, at=noon)
    assert not Footprint.objects.exists()


def test_what_an_officer_chose_is_not_undone_by_the_next_message(take_in, officer, noon):
    alert = take_in(cap())
    chosen = operations.choose_footprint(
        alert=alert, numbers=[], drawing=SQUARE, by=officer, at=noon
    )
    take_in(
        cap(
            "N-2",
            "Update",
            "2026-03-01T12:00:00+00:00",
            references="dhm@example.org,N-1,2026-03-01T11:00:00+00:00",
        )
    )

    assert queries.present_footprint(alert.event) == chosen


def test_each_version_knows_what_came_after_it(take_in, officer, noon):
    alert = take_in(cap())
    operations.choose_footprint(alert=alert, numbers=[], drawing=SQUARE, by=officer, at=noon)

    first, second = Footprint.objects.order_by("version")
    assert first.superseded_by == second
    assert (first.version, second.version) == (1, 2)


def test_choosing_the_same_again_makes_no_new_version(take_in, officer, noon):
    alert = take_in(cap())
    for _ in range(2):
        operations.choose_footprint(alert=alert, numbers=[], drawing=SQUARE, by=officer, at=noon)

    assert Footprint.objects.count() == 2


def test_one_can_go_back_to_what_the_source_says(take_in, officer, noon):
    alert = take_in(cap())
    operations.choose_footprint(alert=alert, numbers=[], drawing=SQUARE, by=officer, at=noon)

    footprint = operations.return_to_source(alert=alert, by=officer, at=noon)

    assert footprint.source == FootprintSource.AREAS
    assert footprint.content["infos"][0]["areas"][0]["circle"]["radius_km"] == 40


def test_there_is_no_going_back_to_a_source_that_says_nothing(take_in, officer, noon):
    with pytest.raises(operations.CannotPlace, match="does not say"):
        operations.return_to_source(alert=take_in(gdacs("Red")), by=officer, at=noon)
