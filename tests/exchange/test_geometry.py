"""Outlines that a stranger drew: whole, crossed, or tangled on purpose."""

import random

import shapely

from sojourn.exchange.geometry import MOST_CROSSED_POINTS, mended


def _scribble(points):
    chance = random.Random(7)
    return [(chance.uniform(0, 10), chance.uniform(0, 10)) for _ in range(points)]


def test_a_bow_tie_keeps_both_its_wings():
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    whole = mended(bow_tie)
    assert whole.is_valid
    assert whole.area == 2.0


def test_a_tangle_of_very_many_points_becomes_its_hull_and_leaves_nobody_out():
    tangle = _scribble(MOST_CROSSED_POINTS + 1)
    whole = mended(shapely.Polygon(tangle))
    assert whole.is_valid
    assert whole.covers(shapely.MultiPoint(tangle))


def test_a_long_outline_that_is_whole_stays_as_it_is():
    ring = shapely.Point(0, 0).buffer(1, quad_segs=MOST_CROSSED_POINTS)
    assert mended(ring).equals(ring)
