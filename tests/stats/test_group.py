"""One group's means and quotients against scipy, the arms' own test, their promise, and their symmetries."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.group import interval
from liftledger.stats.quantity import Quantity
from tests.stats.records import MEAN, QUOTIENT, sums


def second(table):
    """Without third powers, as customer bases have them."""
    return Sums(table.n, {product: total for product, total in table.totals.items() if len(product) < 3})


@pytest.mark.parametrize("seed", range(3))
def test_a_mean_agrees_with_scipy(seed):
    y = np.random.default_rng(seed).poisson(5, 60)
    found = interval(MEAN, second(sums(y=y)), confidence=0.9)
    other = stats.ttest_1samp(y, 0)
    assert (found.low, found.high) == pytest.approx(tuple(other.confidence_interval(0.9)))
    assert found.se == pytest.approx(stats.sem(y))


@pytest.mark.parametrize("seed", range(3))
def test_a_quotients_error_agrees_with_the_jackknife(seed):
    rng = np.random.default_rng(seed)
    d = 1 + rng.poisson(2, 600)
    y = rng.poisson(3 * d)
    without = (y.sum() - y) / (d.sum() - d)
    found = interval(QUOTIENT, second(sums(y=y, d=d)))
    assert found.value == pytest.approx(y.sum() / d.sum())
    assert found.se == pytest.approx(np.sqrt(599 / 600 * np.sum((without - without.mean()) ** 2)), rel=0.02)


def test_intervals_cover_as_often_as_they_say():
    # Order values with a log-normal spread of 1 over 400 customers, mean exp(1/2) an order; 2,000 draws. Without third
    # powers a skewed mean's interval misses somewhat more often, always on the upper side; with them less so.
    rng = np.random.default_rng(20240725)
    true, inside = 100 * np.exp(0.5), np.zeros(2)
    for _ in range(2000):
        d = 1 + rng.poisson(2, 400)
        # Of one customer's orders the sum, drawn as one amount times their number: customers differ, not orders.
        table = sums(y=np.round(100 * d * rng.lognormal(0, 1, 400)).astype(int), d=d)
        for place, one in enumerate((second(table), table)):
            found = interval(QUOTIENT, one)
            inside[place] += found.low <= true <= found.high
    assert 0.92 <= inside[0] / 2000 <= inside[1] / 2000 <= 0.96


units = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=3, max_size=10)


@given(units)
def test_the_mirrored_values_have_the_mirrored_interval(rows):
    y, d = (np.array(column) for column in zip(*rows, strict=True))
    for table, mirrored in ((sums(y=y, d=d), sums(y=-y, d=d)), (second(sums(y=y, d=d)), second(sums(y=-y, d=d)))):
        one, other = interval(QUOTIENT, table), interval(QUOTIENT, mirrored)
        if isinstance(one, NoEstimate):
            assert one == other
        else:
            assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


@pytest.mark.parametrize(
    ("columns", "quantity", "reason"),
    [
        ({"y": [], "d": []}, MEAN, "the group has no units"),
        ({"y": [3], "d": [1]}, MEAN, "the group has 1 unit; a variance needs 2"),
        ({"y": [3, 4], "d": [0, 0]}, QUOTIENT, "the group has a denominator that sums to 0"),
        ({"y": [3, 4], "d": [0, 5]}, QUOTIENT, "a single unit makes up the group's denominator; a variance needs 2"),
        ({"y": [4, 4], "d": [1, 1]}, MEAN, "all values are equal, so nothing shows how far chance could move them"),
    ],
)
def test_what_has_no_interval_is_said(columns, quantity, reason):
    assert interval(quantity, sums(**columns)) == NoEstimate(reason)


def test_the_unit_scales_the_answer():
    table = second(sums(y=[300, 500, 900], d=[1, 2, 2]))
    cents, dollars = (interval(Quantity("y", "d", unit), table) for unit in (Fraction(1), Fraction(1, 100)))
    assert (cents.value, cents.low, cents.high) == pytest.approx(
        (100 * dollars.value, 100 * dollars.low, 100 * dollars.high)
    )
