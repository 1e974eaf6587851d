"""What an alert suggests."""

import pytest

from sojourn.procedures.alert_to_outreach import rules

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[85, 27.5], [85.5, 27.5], [85.5, 28], [85, 28], [85, 27.5]]],
}


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        (["Earthquake"], "earthquake"),
        (["Tropical cyclone"], "cyclone"),
        (["Flood Warning"], "flood"),
        (["Civil unrest"], "civil_unrest"),
        (["下雨"], "other"),
        ([], "other"),
    ],
)
def test_the_kind_is_guessed_from_the_words(events, kind):
    assert rules.kind_of(events) == kind


def test_country_and_zone_come_from_the_footprint():
    shapes = rules.shapes_of({"bands": [{"geometry": SQUARE}], "infos": []})

    assert rules.countries_of(shapes) == ["NPL"]
    assert rules.zone_of(shapes) == "Asia/Kathmandu"


def test_nothing_is_guessed_from_nothing():
    assert rules.countries_of([]) == []
    assert rules.zone_of([]) == "UTC"
