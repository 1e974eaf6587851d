"""What the board shows, as tables of cases."""

from datetime import UTC, datetime, timedelta

from sojourn.foundation.caseload.terms import Facet, Measure
from sojourn.reporting.board import rules

SIX = datetime(2015, 4, 25, 6, 0, tzinfo=UTC)


def test_the_place_with_most_unaccounted_for_comes_first_and_empty_ones_not_at_all():
    board = rules.board_of(
        {
            Facet.AREA: {
                "Kaski": {Measure.UNACCOUNTED: 2, Measure.SAFE: 90},
                "Gorkha": {Measure.UNACCOUNTED: 7},
                "Nowhere": {},
            }
        }
    )

    [areas, *_] = board.breakdowns
    assert [row.value for row in areas.rows] == ["Gorkha", "Kaski"]


def test_under_control_small_numbers_are_hidden_and_posts_left_out():
    counts = {"": {Measure.UNACCOUNTED: 4, Measure.SAFE: 113}}
    by_office = {"post": {Measure.SAFE: 113}}

    board = rules.controlled_board_of({Facet.ALL: counts, Facet.OFFICE: by_office})

    assert board.figures.unaccounted is None
    assert board.figures.safe == 115
    assert not board.figures.is_whole
    assert Facet.OFFICE not in {one.facet for one in board.breakdowns}


def test_moments_are_spread_evenly_and_end_at_the_last():
    moments = rules.moments_between(SIX, SIX + timedelta(hours=10), at_most=11)

    assert len(moments) == 11
    assert moments[0] == SIX
    assert moments[-1] == SIX + timedelta(hours=10)


def test_a_first_moment_alone_is_a_course_of_one():
    assert rules.moments_between(SIX, SIX) == (SIX,)


def test_organisations_add_up_and_each_keeps_its_last_count():
    points = [
        ("a", Measure.SAFE, SIX, 1),
        ("a", Measure.SAFE, SIX + timedelta(minutes=2), 5),
        ("b", Measure.SAFE, SIX + timedelta(minutes=1), 10),
        ("b", Measure.MESSAGED, SIX, 99),
    ]

    course = rules.course_at(points, [SIX + timedelta(minutes=minute) for minute in range(4)])

    assert course[Measure.SAFE] == (1, 11, 15, 15)
    assert course[Measure.UNACCOUNTED] == (0, 0, 0, 0)
