import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.exposure.shapes import UNHURRIED

from sojourn.methods import sphere, zorder
from sojourn.methods.exposure import chance
from sojourn.methods.exposure.answers import Answer, Doubts, answers_for
from sojourn.methods.footprint import Band, Circle, Footprint

HALF_WORLD = Footprint((Band(1, "north of the equator", shapely.box(-180, 0, 180, 90)),))


def in_circle_by_simulation(away_km, sd_km, radius_km, seed=5):
    east, north = np.random.default_rng(seed).normal(0, sd_km, (2, 400_000))
    return (np.hypot(east + away_km, north) <= radius_km).mean()


def places(*pairs):
    return (np.array([one[0] for one in pairs], float), np.array([one[1] for one in pairs], float))


@pytest.mark.parametrize("away_km", [0, 30, 45, 55, 80])
@pytest.mark.parametrize("accuracy_km", [10, 40])
def test_the_probability_in_a_circle_is_that_of_a_circular_normal(away_km, accuracy_km):
    circle = Footprint((Band(1, "circle", None, (Circle(30, 0, 50),)),))
    lon, lat = sphere.destination([30.0], [0.0], [float(away_km)], [0.0])

    found = chance.discs(circle, lon, lat, np.array([float(accuracy_km)]))
    sd = accuracy_km / math.sqrt(-2 * math.log(0.05))
    assert found.inside[0] == pytest.approx(in_circle_by_simulation(away_km, sd, 50), abs=0.04)


def test_in_the_middle_of_a_circle_the_probability_is_the_rayleigh_distribution():
    sd = 20 / math.sqrt(-2 * math.log(0.05))
    circle = Footprint((Band(1, "circle", None, (Circle(30, 0, 10),)),))

    found = chance.discs(circle, np.array([30.0]), np.array([0.0]), np.array([20.0]))
    assert found.inside[0] == pytest.approx(1 - math.exp(-(10**2) / (2 * sd**2)), abs=0.07)


@pytest.mark.parametrize(
    ("lat", "certain", "possible"), [(0.2, 0, 0), (0.05, -1, 0), (-0.05, -1, 0), (-0.2, -1, -1)]
)
def test_a_disc_is_inside_crossed_or_outside(lat, certain, possible):
    found = chance.discs(HALF_WORLD, *places((12, lat)), np.array([10.0]))

    assert (found.certain[0], found.possible[0]) == (certain, possible)


@UNHURRIED
@given(st.floats(-0.5, 0.5), st.floats(0.1, 60))
def test_beyond_a_straight_border_the_probability_is_the_normal_distribution(lat, accuracy_km):
    found = chance.discs(HALF_WORLD, *places((0, lat)), np.array([accuracy_km]))
    sd = accuracy_km / math.sqrt(-2 * math.log(0.05))
    z = lat * zorder.KM_PER_DEGREE / sd

    assert found.inside[0] == pytest.approx(0.5 * (1 + math.erf(z / math.sqrt(2))), abs=0.06)


def test_the_share_of_a_cell_is_the_share_of_its_area():
    key = np.array([zorder.key_of(10, 10, 12)])
    west, south, east, north = (side[0] for side in zorder.bounds(key, np.array([12])))
    quarter = shapely.box(west, south, west + (east - west) / 4, north)

    share = chance.share_of_cells(
        Footprint((Band(1, "quarter", quarter),)), key, np.array([12], np.uint8)
    )
    assert share[0] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("age", "half_life", "share"), [(0, 90, 1), (90, 90, 0.5), (14, 7, 0.25), (-3, 7, 1)]
)
def test_half_of_the_people_are_still_there_after_a_half_life(age, half_life, share):
    assert chance.still_there(age, half_life) == pytest.approx(share)


def test_each_person_has_one_answer_with_its_probability():
    box = Footprint(
        (Band(5, "mild", shapely.box(0, 0, 10, 10)), Band(7, "strong", shapely.box(4, 4, 6, 6)))
    )
    lon, lat = places((5, 5), (1, 1), (10.05, 5), (10.3, 5), (20, 5), (5, 5), (1, 1))
    accuracy = np.array([0, 0, 20, 0, 0, 0, 0.0])
    age = np.array([0, math.nan, 0, 0, 0, 400, 90])

    got = answers_for(box, lon, lat, accuracy, age, Doubts(near_km=50, too_old_days=180))
    assert got.answer.tolist() == [
        Answer.INSIDE, Answer.INSIDE, Answer.POSSIBLE, Answer.NEAR, Answer.OUTSIDE, Answer.TOO_OLD, Answer.INSIDE,
    ]  # fmt: skip
    assert got.band.tolist() == [1, 0, 0, -1, -1, 1, 0]
    assert got.probability[[0, 1, 3, 4]].tolist() == [1, 1, 0, 0]
    assert got.probability[2] == pytest.approx(0.25, abs=0.1)
    assert got.probability[6] == pytest.approx(0.5)


def test_nobody_gets_no_answer():
    nobody = np.zeros(0)

    assert len(answers_for(HALF_WORLD, nobody, nobody, nobody, nobody, Doubts()).answer) == 0
