import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.exposure.shapes import UNHURRIED

from sojourn.methods.exposure.unlisted import Known, Method, unlisted, wilson_interval


@pytest.mark.parametrize(  # Newcombe (1998), Statistics in Medicine 17, table I, method 3
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_the_published_table(hits, of, low, high):
    assert wilson_interval(hits, of) == pytest.approx((low, high), abs=0.00006)


def test_a_large_register_tells_the_share():
    found = unlisted(Known(stock=10_000, registered=400, exposed=100, share_of_area=0.01))

    assert found.method == Method.REGISTER_SHARE
    assert found.best == 2_400
    assert found.low < found.best < found.high


def test_a_small_register_leaves_it_to_the_area():
    found = unlisted(Known(stock=10_000, registered=5, exposed=5, share_of_area=0.2))

    assert found.method == Method.AREA_SHARE
    assert (found.low, found.best, found.high) == (662, 1_995, 5_995)


@UNHURRIED
@given(st.integers(0, 10**7), st.integers(0, 10**5), st.floats(0, 1), st.floats(0, 1))
def test_low_best_and_high_keep_their_order_and_never_fall_below_nobody(
    stock, registered, share, area
):
    found = unlisted(Known(stock, registered, int(registered * share), area))

    assert 0 <= found.low <= found.best <= found.high <= stock


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match="at most registered"):
        unlisted(Known(10, 1, 2, 0.5))
