"""Lines and bars land where their numbers say."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.site import charts


@dataclass(frozen=True)
class Line:
    label: str
    tone: str
    values: tuple[int, ...]


def test_the_scale_begins_at_zero_and_ends_at_a_round_number_above_the_largest():
    chart = charts.line_chart([Line("Safe", "safe", (0, 430))], ("06:00", "07:00"))

    assert [tick.label for tick in chart.up] == ["0", "100", "200", "300", "400", "500"]
    assert chart.lines[0].points == "0.00,100.00 100.00,14.00"
    assert chart.lines[0].last == 430


@given(largest=st.integers(0, 10**9))
def test_the_scale_is_in_few_whole_steps_and_little_higher_than_the_largest(largest):
    chart = charts.line_chart([Line("Safe", "safe", (largest,))], ())

    marks = [int(tick.label.replace(",", "")) for tick in chart.up]
    steps = {after - before for before, after in pairwise(marks)}
    assert len(steps) == 1
    assert 2 <= len(marks) <= 6
    assert marks[-2] < max(largest, 1) <= marks[-1]


def test_at_most_six_moments_are_written_below():
    marks = tuple(str(hour) for hour in range(48))

    chart = charts.line_chart([Line("Safe", "safe", tuple(range(48)))], marks)

    assert [tick.label for tick in chart.across] == ["0", "8", "16", "24", "32", "40"]


def test_no_numbers_make_an_empty_chart():
    chart = charts.line_chart([Line("Safe", "safe", ())], ())

    assert chart.lines == ()
    assert chart.across == ()


def test_the_parts_of_a_bar_fill_it():
    bar = charts.split_bar(1, 1, 2)

    assert (bar.unaccounted, bar.in_need_from, bar.in_need, bar.safe_from, bar.safe) == (
        25,
        25,
        25,
        50,
        50,
    )


def test_a_bar_of_nobody_is_empty():
    assert charts.split_bar(0, 0, 0).total == 0
    assert charts.split_bar(0, 0, 0).safe == 0


@pytest.mark.parametrize(
    ("values", "points"),
    [((0, 10), "2.0,22.0 94.0,2.0"), ((5,), "2.0,2.0"), ((), ""), ((0, 0), "2.0,22.0 94.0,22.0")],
)
def test_a_sparkline_runs_from_edge_to_edge(values, points):
    assert charts.sparkline_points(values) == points
