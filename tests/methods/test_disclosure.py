"""No published table gives a small count away."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.methods.disclosure import controlled, controlled_total, rounded


def test_a_small_cell_and_the_next_smallest_are_hidden_together():
    shown = controlled({"Gorkha": {"safe": 3}, "Kathmandu": {"safe": 412}, "Patan": {"safe": 61}})

    assert shown.cell("Gorkha", "safe") is None
    assert shown.cell("Patan", "safe") is None, "412 and the total would give 3 back"
    assert shown.cell("Kathmandu", "safe") == 410


def test_nothing_is_hidden_where_nothing_is_small():
    shown = controlled({"Gorkha": {"safe": 30}, "Kathmandu": {"safe": 400}})

    assert shown.hidden == 0


def test_nobody_is_a_fact_and_is_shown():
    assert controlled_total(0) == 0
    assert controlled_total(1) is None
    assert controlled_total(13) == 15


counts = st.integers(min_value=0, max_value=60)
tables = st.dictionaries(
    st.sampled_from("abcdef"),
    st.fixed_dictionaries({"safe": counts, "in_need": counts, "unaccounted": counts}),
    min_size=1,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no clock here
@given(tables)
def test_no_line_has_exactly_one_hidden_cell_unless_it_is_all_it_has(table):
    shown = controlled(table)

    for row, cells in table.items():
        hidden = [column for column in cells if shown.cell(row, column) is None]
        others = [column for column in cells if column not in hidden and cells[column] > 0]
        assert len(hidden) != 1 or not others
    for column in ("safe", "in_need", "unaccounted"):
        hidden = [row for row in table if shown.cell(row, column) is None]
        others = [row for row in table if row not in hidden and table[row][column] > 0]
        assert len(hidden) != 1 or not others


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no clock here
@given(tables)
def test_what_is_shown_is_a_rounded_count_of_zero_or_at_least_ten(table):
    shown = controlled(table)

    for row, cells in table.items():
        for column, count in cells.items():
            seen = shown.cell(row, column)
            assert seen is None or seen == rounded(count, 5)
            assert seen is None or count == 0 or count >= 10
