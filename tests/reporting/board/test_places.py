"""Clusters on the map: placed by area, never small enough to be a person."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.foundation.caseload.terms import Facet
from sojourn.reporting.board import places
from sojourn.reporting.board.places import Cluster
from sojourn.reporting.board.rules import Breakdown, Figures, Row

clusters = st.builds(
    Cluster,
    latitude=st.floats(-60, 60),
    longitude=st.floats(-180, 180),
    unaccounted=st.integers(0, 9),
    in_need=st.integers(0, 3),
    safe=st.integers(0, 9),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no clock here
@given(st.lists(clusters, max_size=12))
def test_no_cluster_is_smaller_than_asked_and_nobody_is_lost_but_a_lone_few(found):
    kept = places.merged(found, 5)

    assert all(cluster.count >= 5 for cluster in kept)
    total = sum(cluster.count for cluster in found)
    assert sum(cluster.count for cluster in kept) == (total if total >= 5 else 0)


def test_a_small_cluster_joins_its_neighbour_across_the_date_line():
    east = Cluster(0, 179.5, 10, 0, 0)
    near = Cluster(0, 170.0, 10, 0, 0)
    west = Cluster(0, -179.5, 1, 0, 0)

    assert Cluster(0, 179.5, 11, 0, 0) in places.merged([near, east, west], 5)


@pytest.mark.django_db
def test_an_area_is_placed_by_its_code_or_by_its_name():
    by_code = places.spot_of("PH-CEB", ["PHL"])
    by_name = places.spot_of("Cebu", ["PHL"])

    assert by_code == by_name
    assert np.hypot(by_code[0] - 10.3, by_code[1] - 123.8) < 1


@pytest.mark.django_db
def test_people_in_an_area_that_nobody_knows_are_counted_apart(crisis):
    areas = Breakdown(Facet.AREA, (Row("Beyond the hills", Figures(unaccounted=7)),))

    found = places.clusters_of(areas, crisis)

    assert found.clusters == ()
    assert found.unplaced == 7


def test_a_map_with_nothing_on_it_shows_the_countries_of_the_crisis():
    (south, west), (north, east) = places.bounds_of(["NPL"])

    assert 26 < south < 27
    assert 79.5 < west < 80.5
    assert 30 < north < 31
    assert 88 < east < 89
    assert places.bounds_of(["ZZZ"]) is None
