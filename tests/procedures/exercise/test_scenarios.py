"""Scenarios: their alert is read back whole by the reader of real alerts, and is marked as an exercise."""

import pytest
import shapely

from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.alerts.shape import as_json
from sojourn.procedures.exercise.scenarios.alert import SENDER, cap_of
from sojourn.procedures.exercise.scenarios.files import NoSuchScenario, scenario, scenario_keys
from sojourn.response.exposure.rules import footprint_of

ALL = [(key, number) for key in scenario_keys() for number in range(len(scenario(key).messages))]


def read(key, number):
    reading = read_alerts(f"{key}.xml", cap_of(scenario(key), number, run="r1"))
    assert not reading.problems
    return reading.rows[0]


def test_three_kinds_of_crisis_can_be_played():
    assert {scenario(key).kind for key in scenario_keys()} == {
        "earthquake",
        "cyclone",
        "civil_unrest",
    }


@pytest.mark.parametrize(("key", "number"), ALL)
def test_an_alert_is_read_back_without_a_problem_and_says_exercise(key, number):
    alert = read(key, number)

    assert alert.format == "CAP 1.2"
    assert not alert.problems
    assert alert.status == "Exercise"
    assert alert.message_type == ("Update" if number else "Alert")
    assert all("EXERCISE" in info.headline for info in alert.infos)


@pytest.mark.parametrize(("key", "number"), ALL)
def test_the_bands_come_back_as_they_were_computed_nested_and_graded(key, number):
    made = scenario(key).messages[number].bands
    bands = footprint_of(as_json(read(key, number))).footprint.bands

    assert [band.label for band in bands] == [band.label for band in made]
    assert [band.level for band in bands] == sorted(band.level for band in bands)
    for band, origin in zip(bands, made, strict=True):
        off = shapely.symmetric_difference(shapely.union_all([band.area]), origin.area).area
        assert off < 0.02 * origin.area.area + 1e-4


@pytest.mark.parametrize("key", scenario_keys())
def test_an_update_names_the_message_it_replaces_and_the_same_event(key):
    first, second = read(key, 0), read(key, 1)

    sent = first.sent.replace("+00:00", "-00:00")  # CAP 1.2, 3.3.2, writes UTC so
    assert second.references == (f"{SENDER},{first.identifier},{sent}",)
    assert first.event_key == second.event_key


def test_two_exercises_of_one_scenario_are_two_events():
    one, other = (
        read_alerts("a.xml", cap_of(scenario("tripoli"), 0, run=run)).rows[0] for run in "ab"
    )

    assert one.event_key != other.event_key
    assert one.identifier != other.identifier


def test_kathmandu_lies_in_the_very_strong_band_of_the_revised_earthquake_only():
    kathmandu = shapely.Point(85.324, 27.717)
    early, revised = scenario("kathmandu").messages

    assert sum(band.area.covers(kathmandu) for band in early.bands) < 3
    assert sum(band.area.covers(kathmandu) for band in revised.bands) >= 3


def test_an_unknown_scenario_is_refused_with_those_there_are():
    with pytest.raises(NoSuchScenario, match="kathmandu, salalah, tripoli"):
        scenario("atlantis")
