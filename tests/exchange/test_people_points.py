import io
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.exposure.shapes import UNHURRIED

from sojourn.exchange.people_points import read_people_points, write_answers
from sojourn.exchange.reading import RowProblem, Unreadable

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(text):
    return read_people_points(io.StringIO(text, newline=""), at=NOON)


def test_people_are_read_with_accuracy_and_age():
    people = read(
        "id,latitude,longitude,accuracy_km,observed_at\n"
        "a,27.7,85.3,2.5,2026-02-27T12:00:00+00:00\n"
        "b,-10,179.5,,\n"
    )

    assert people.ids == ["a", "b"]
    assert list(people.latitude) == [27.7, -10]
    assert list(people.longitude) == [85.3, 179.5]
    assert list(people.accuracy_km) == [2.5, 0]
    assert people.age_days[0] == pytest.approx(2)
    assert math.isnan(people.age_days[1])
    assert people.problems == []


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("a,x,85,,", "latitude", "not a number"),
        ("a,,85,,", "latitude", "empty"),
        ("a,91,85,,", "latitude", "not from -90 to 90"),
        ("a,27,nan,,", "longitude", "not from -180 to 180"),
        ("a,27", "longitude", "empty"),
        ("a,0,0,,", "latitude", "open sea"),
    ],
)
def test_a_row_that_cannot_be_placed_stays_with_its_problem(row, column, words):
    people = read(f"id,latitude,longitude,accuracy_km,observed_at\n\n{row}\n")

    assert people.ids == ["a"]
    assert math.isnan(people.longitude[0])
    (problem,) = people.problems
    assert (problem.line, problem.column) == (3, column)
    assert words in problem.problem


@pytest.mark.parametrize(
    ("cells", "column"),
    [("-1,", "accuracy_km"), ("far,", "accuracy_km"), (",yesterday", "observed_at"),
     (",2027-01-01", "observed_at")],
)  # fmt: skip
def test_a_wrong_detail_is_told_and_the_place_still_counts(cells, column):
    people = read(f"id,latitude,longitude,accuracy_km,observed_at\na,27,85,{cells}\n")

    assert people.latitude[0] == 27
    assert [problem.column for problem in people.problems] == [column]


def test_an_id_twice_or_missing_is_told():
    people = read("id;lat;lon\na;1;1\na;2;2\n;3;3\n")

    assert len(people.ids) == 3
    assert [(one.line, one.column) for one in people.problems] == [(3, "id"), (4, "id")]


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "id,latitude\n1,2\n"])
def test_a_file_without_the_needed_columns_is_refused(text):
    with pytest.raises(Unreadable):
        read(text)


@UNHURRIED
@given(st.text())
def test_any_text_is_refused_or_read_with_one_answer_a_row(text):
    try:
        people = read("id,latitude,longitude\n" + text)
    except Unreadable:
        return
    assert len(people.ids) == len(people.latitude) == len(people.longitude)
    assert all(isinstance(problem, RowProblem) for problem in people.problems)


def test_answers_are_written_as_a_table():
    out = io.StringIO()
    write_answers(out, [("a,b", "7", "inside", 0.5), ("c", "", "unknown", None)])

    assert out.getvalue() == 'id,band,answer,probability\n"a,b",7,inside,0.5\nc,,unknown,\n'
