"""Lines and bars land where their numbers say."""

from dataclasses import dataclass

import pytest

from sojourn.site import charts


@dataclass(frozen=True)
class Line:
    label: str
    tone: str
    values: tuple[int, ...]


def test_the_scale_begins_at_zero_and_ends_at_a_round_number_above_the_largest():
    chart = charts.line_chart([Line("Safe", "safe", (0, 430))], ("06:00", "07:00"))

    assert [tick.label for tick in chart.up] == ["0", "125", "250", "375", "500"]
    assert chart.lines[0].points == "52.0,228.0 708.0,42.2"
    assert chart.lines[0].last == 430


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
