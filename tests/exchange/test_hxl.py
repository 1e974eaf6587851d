"""HXL tables leave here as any HXL reader expects them, and hold no formula."""

import csv
import io

import pytest

from sojourn.exchange.hxl import Column, NotHxl, csv_bytes

COLUMNS = (Column("Area", "#adm1+name"), Column("Safe", "#affected+ind+safe"))


def _read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8"))))


def test_the_second_row_holds_the_tags():
    rows = _read(csv_bytes(COLUMNS, [("गोरखा", 12), ("غزة", None)]))

    assert rows == [
        ["Area", "Safe"],
        ["#adm1+name", "#affected+ind+safe"],
        ["गोरखा", "12"],
        ["غزة", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_runs_as_a_formula(start):
    text = f"{start}cmd|' /C calc'!A0"

    [[_heading, _], _tags, [cell, _]] = _read(csv_bytes(COLUMNS, [(text, 1)]))

    assert cell == f"'{text}"


def test_a_number_below_zero_stays_a_number():
    assert _read(csv_bytes(COLUMNS, [("x", -3)]))[2] == ["x", "-3"]


@pytest.mark.parametrize("tag", ["adm1", "#", "#Adm1", "#adm1+", "#adm1 name", "#1adm"])
def test_a_tag_that_is_none_is_refused(tag):
    with pytest.raises(NotHxl, match="is not an HXL tag"):
        Column("Area", tag)


def test_a_row_of_another_length_is_refused_by_its_number():
    with pytest.raises(NotHxl, match="Row 2 has 1 cells and not 2"):
        csv_bytes(COLUMNS, [("a", 1), ("b",)])


def test_a_table_without_columns_is_refused():
    with pytest.raises(NotHxl, match="needs columns"):
        csv_bytes([], [])
