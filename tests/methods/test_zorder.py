import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.exposure.shapes import UNHURRIED

from sojourn.methods import zorder

numbers = st.integers(0, 2**30 - 1)


def bit_by_bit(x, y):
    key = 0
    for bit in range(30):
        key |= (x >> bit & 1) << (2 * bit + 1) | (y >> bit & 1) << (2 * bit)
    return key


@UNHURRIED
@given(numbers, numbers)
def test_a_key_interleaves_the_bits_of_column_and_row(x, y):
    key = zorder.interleave([x], [y])

    assert key[0] == bit_by_bit(x, y)
    assert [int(one[0]) for one in zorder.columns_and_rows(key)] == [x, y]


@UNHURRIED
@given(
    st.integers(-1_800_000_000, 1_800_000_000),
    st.integers(-900_000_000, 900_000_000),
    st.integers(0, 30),
)
def test_a_place_lies_in_the_cell_of_its_key_at_every_level(lon, lat, level):
    key = zorder.cut(zorder.encode([lon], [lat]), level)
    west, south, east, north = (side[0] for side in zorder.bounds(key, level))

    assert west <= lon / 1e7 <= east
    assert south <= lat / 1e7 <= north
    assert east - west == pytest.approx(360 / 2**level)


@UNHURRIED
@given(numbers, numbers, st.integers(0, 29))
def test_a_cell_holds_exactly_the_keys_of_its_span(x, y, level):
    key = zorder.interleave([x], [y])
    cell = zorder.cut(key, level)

    assert cell <= key < cell + zorder.span(level)
    assert zorder.cut(cell + zorder.span(level) - 1, level) == cell
    assert zorder.cut(zorder.cut(key, level + 1), level) == cell


@pytest.mark.parametrize(
    ("accuracy_km", "level"), [(0, 16), (0.1, 16), (0.2, 15), (1, 13), (5, 10), (20_000, 0)]
)
def test_a_cell_is_no_finer_than_what_is_known(accuracy_km, level):
    assert zorder.level_for(accuracy_km) == level


def test_the_ends_of_the_earth_have_keys():
    assert zorder.key_of(-180, -90) == 0
    assert zorder.key_of(180, 90) == zorder.KEYS - 1


def test_the_middle_of_a_cell_has_the_key_of_the_cell():
    keys = zorder.cut(np.arange(0, zorder.KEYS, zorder.KEYS // 997), 12)
    lon, lat = zorder.centres(keys, 12)

    assert (zorder.cut(zorder.encode(zorder.e7(lon), zorder.e7(lat)), 12) == keys).all()
