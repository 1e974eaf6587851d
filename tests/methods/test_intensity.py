"""Intensity: values worked out by hand, the inverse, monotony, and outlines that hold what they say."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sojourn.methods import intensity, sphere

GORKHA = intensity.Rupture(84.731, 28.231, 12.0, 7.8, azimuth_degrees=113.0, length_km=140.0)
LEVELS = (4.0, 5.0, 6.0, 7.0, 8.0, 9.0)


@pytest.mark.parametrize(
    ("magnitude", "distance_km", "expected"),
    [(7.0, 10, 8.0344), (7.0, 100, 5.6633), (5.0, 20, 5.0191), (6.0, 50, 5.1604)],
)
def test_hypocentral_intensity_is_the_one_worked_out_by_hand(magnitude, distance_km, expected):
    assert intensity.at_hypocentral_distance(distance_km, magnitude) == pytest.approx(
        expected, abs=1e-4
    )


def test_at_magnitude_five_the_near_source_term_is_one_plus_its_coefficient():
    by_hand = 3.950 + 0.913 * 5 - 1.107 * math.log(math.hypot(30, 1.813))

    assert intensity.at_rupture_distance(30.0, 5.0) == pytest.approx(by_hand, abs=1e-12)


def test_doubling_a_far_distance_takes_off_the_slope_times_the_logarithm_of_two():
    near, far = intensity.at_rupture_distance(np.array([100_000.0, 200_000.0]), 6.0)

    assert near - far == pytest.approx(1.107 * math.log(2), abs=1e-6)


@given(st.floats(5.0, 8.0), st.floats(15.0, 300.0), st.floats(0.1, 100.0))
def test_it_grows_with_magnitude_and_falls_with_distance(magnitude, distance, farther):
    for relation in (intensity.at_rupture_distance, intensity.at_hypocentral_distance):
        here = relation(distance, magnitude)
        assert relation(distance + farther, magnitude) < here
        assert relation(distance, magnitude + 0.1) > here


@given(st.floats(5.0, 8.0), st.floats(1.0, 300.0))
def test_the_distance_for_an_intensity_is_the_inverse_of_the_relation(magnitude, distance):
    felt = float(intensity.at_rupture_distance(distance, magnitude))

    assert intensity.rupture_distance_for(felt, magnitude) == pytest.approx(distance, rel=1e-6)


def test_an_intensity_beyond_the_strongest_is_refused_with_the_strongest():
    with pytest.raises(intensity.CannotReach, match="the most is"):
        intensity.rupture_distance_for(11.0, 6.0)


def test_the_standard_deviation_falls_from_its_sum_to_its_level():
    near, scale, far = intensity.standard_deviation(np.array([0.0, 44.7, 1e6]))

    assert (near, scale, far) == pytest.approx((0.95, 0.72 + 0.115, 0.72), abs=1e-6)


def test_outlines_hold_exactly_the_places_that_are_shaken_so():
    random = np.random.default_rng(7)
    lon, lat = random.uniform(81, 90, 20_000), random.uniform(25, 31, 20_000)
    felt = intensity.at_places(GORKHA, lon, lat)

    bands = intensity.bands_of(GORKHA, LEVELS)

    assert list(bands) == [4.0, 5.0, 6.0, 7.0]  # VIII is reached at the rupture, not above it
    for level, geometry in bands.items():
        inside = shapely.contains_xy(shapely.geometry.shape(geometry), lon, lat)
        clear = np.abs(felt - level) > 0.01  # off the line, where drawing it by chords matters
        assert (inside == (felt >= level))[clear].all()


def test_bands_are_nested_from_mildest_to_worst():
    shapes = [shapely.geometry.shape(g) for g in intensity.bands_of(GORKHA, LEVELS).values()]

    assert all(mild.contains(worse) for mild, worse in pairwise(shapes))


def test_kathmandu_shakes_more_by_the_line_than_by_its_distance_to_the_epicentre():
    kathmandu = intensity.at_places(GORKHA, 85.324, 27.717)
    epicentral_km = sphere.distance_km(84.731, 28.231, 85.324, 27.717)
    from_a_point = intensity.at_rupture_distance(np.hypot(epicentral_km, 12.0), 7.8)

    assert 7.0 < kathmandu < 8.0
    assert kathmandu > from_a_point + 0.5


def test_a_point_source_has_round_outlines():
    point = intensity.Rupture(84.731, 28.231, 15.0, 7.3)
    outline = shapely.geometry.shape(intensity.bands_of(point, [6.0])[6.0])
    corners = shapely.get_coordinates(outline)
    radius = sphere.distance_km(corners[:, 0], corners[:, 1], 84.731, 28.231)

    assert radius.max() - radius.min() < 0.05
