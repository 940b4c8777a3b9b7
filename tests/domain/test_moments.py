"""Moments from exact sums: against numpy and scipy on the rows, and exact where floats would not be."""

from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.moments import Sums, canonical

Y, X = {"y": Fraction(1)}, {"x": Fraction(1)}


def sums(**columns):
    """Sums up to the third degree of columns of integers."""
    names = sorted(columns)
    rows = list(zip(*(columns[name] for name in names), strict=True))
    products = [p for degree in (1, 2, 3) for p in combinations_with_replacement(names, degree)]
    place = {name: i for i, name in enumerate(names)}
    totals = {p: sum(int(np.prod([row[place[m]] for m in p], dtype=object)) for row in rows) for p in products}
    return Sums(len(rows), totals)


def test_mean_and_variance_of_a_sample_worked_by_hand():
    # 2, 4, 9: mean 5, squared deviations 9 + 1 + 16 = 26, over 2; cubes -27 - 1 + 64 = 36, times 3 / (2 * 1).
    found = sums(y=[2, 4, 9])
    assert (found.mean("y"), found.covariance(Y, Y), found.third(Y, Y, Y)) == (5, 13, 54)


@pytest.mark.parametrize("seed", range(5))
def test_moments_agree_with_numpy_and_scipy_on_the_rows(seed):
    rng = np.random.default_rng(seed)
    y, x = rng.integers(-50, 200, size=(2, 40))
    found, weights = sums(y=y, x=x), {"y": Fraction(1, 3), "x": Fraction(-2)}
    mixed = y / 3 - 2 * x
    assert float(found.covariance(weights, weights)) == pytest.approx(np.var(mixed, ddof=1))
    assert float(found.covariance(weights, X)) == pytest.approx(np.cov(mixed, x)[0, 1])
    assert float(found.third(weights, weights, weights)) == pytest.approx(stats.kstat(mixed, 3))
    cubes = np.mean((mixed - mixed.mean()) ** 2 * (x - x.mean())) * 40**2 / (39 * 38)
    assert float(found.third(weights, X, weights)) == pytest.approx(cubes)


def test_a_small_spread_on_a_huge_mean_keeps_every_digit():
    # As floats, n * sum of squares - sum^2 is about 1e36 here, where neighbouring floats lie 1e20 apart.
    found = sums(y=[10**17 + 1, 10**17 + 2, 10**17 + 3])
    assert found.covariance(Y, Y) == 1


def test_a_weighted_sum_that_is_constant_has_exactly_no_variance():
    found = sums(y=[3, 6, 9, 30], x=[1, 2, 3, 10])
    constant = {"y": Fraction(1, 7), "x": Fraction(-3, 7)}
    assert found.covariance(constant, constant) == 0


def test_powers_of_a_binary_measure_are_the_measure_itself():
    assert canonical(("visit", "spend", "visit"), frozenset({"visit"})) == ("spend", "visit")
    stored = Sums(10, {("visit",): 4}, frozenset({"visit"}))
    assert stored.covariance({"visit": Fraction(1)}, {"visit": Fraction(1)}) == Fraction(4 * 6, 10 * 9)
    assert stored.has("visit", "visit", "visit")


def test_a_product_that_was_not_summed_is_absent_and_named():
    stored = Sums(10, {("spend",): 4, ("spend", "spend"): 8})
    assert not stored.has("spend", "spend", "spend")
    with pytest.raises(KeyError, match="spend"):
        stored.total("spend", "spend", "spend")


rows = st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 9)), min_size=1, max_size=8)


@given(rows, rows)
def test_adding_sums_is_summing_the_union(a, b):
    columns = [dict(zip("yx", zip(*part, strict=True), strict=True)) for part in (a, b, a + b)]
    one, other, union = (sums(**part) for part in columns)
    assert one + other == union
