import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.exposure.shapes import UNHURRIED

from sojourn.methods.exposure import blocks

keys = st.lists(st.integers(0, 40), min_size=1, max_size=300)


@UNHURRIED
@given(keys, st.integers(1, 50))
def test_blocks_hold_everyone_and_equal_keys_stay_together(few_keys, size):
    positions = blocks.cells(range(len(few_keys)), few_keys, [30] * len(few_keys))
    packed = list(blocks.packed_blocks(positions, size))
    opened = [blocks.unpacked(n, data) for _, n, data in packed]

    assert blocks.joined(opened).key.tolist() == sorted(few_keys)
    assert sorted(blocks.joined(opened).person.tolist()) == list(range(len(few_keys)))
    firsts = [lo for lo, _, _ in packed]
    assert firsts == sorted(set(firsts))
    assert all(one.key[-1] < lo for one, lo in zip(opened, firsts[1:], strict=False))


@UNHURRIED
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=50))
def test_points_survive_packing_to_a_centimetre(pairs):
    lon, lat = np.array(pairs).T
    positions = blocks.points(np.arange(len(pairs)), lon, lat)
    (_, n, data), *_ = blocks.packed_blocks(positions)
    opened = blocks.unpacked(n, data)
    order = np.argsort(opened.person)

    np.testing.assert_allclose(opened.lat_e7[order] / 1e7, lat, atol=1e-7)
    turned = np.abs(opened.lon_e7[order] / 1e7 - lon)
    assert (np.minimum(turned, 360 - turned) <= 1e-7).all()


def test_a_block_of_another_size_is_refused():
    with pytest.raises(ValueError, match="cannot have 5 bytes"):
        blocks.unpacked(3, b"12345")


def test_a_person_is_put_in_key_order_and_taken_out():
    block = blocks.cells([1, 2, 3], [10, 20, 30], [30, 30, 30])
    more = blocks.inserted(block, 20, 9, 30)

    assert more.person.tolist() == [1, 2, 9, 3]
    assert blocks.removed(more, 2).person.tolist() == [1, 9, 3]
    assert blocks.inserted(blocks.removed(block.part(slice(0, 1)), 1), 5, 7, 16).level.tolist() == [
        16
    ]


@UNHURRIED
@given(keys, st.integers(0, 45), st.integers(0, 10))
def test_the_directory_misses_no_block_and_asks_for_no_far_one(few_keys, lo, width):
    memory = blocks.Memory(blocks.cells(range(len(few_keys)), few_keys, [30] * len(few_keys)), 5)
    directory = memory.directory()
    numbers = directory.blocks_holding(np.array([lo]), np.array([lo + width]))
    fetched = [key for part in memory.fetch(directory.key_lo[numbers]) for key in part.key.tolist()]
    wanted = [key for key in sorted(few_keys) if lo <= key < lo + width]

    assert [key for key in fetched if lo <= key < lo + width] == wanted
    assert len(numbers) <= len(set(few_keys))


def test_people_are_counted_as_even_within_a_block():
    directory = blocks.Directory(np.array([0, 100]), np.array([10, 20]))

    assert directory.people_in(np.array([0, 50]), np.array([100, 100])).tolist() == [10, 5]
