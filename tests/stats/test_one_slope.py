"""CUPED with one slope against regression, its own promise, and its symmetries.

Its printed numbers are tea-tasting's and GrowthBook's, in test_tea_tasting.py and test_growthbook.py.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.stats.joint import independent
from liftledger.stats.one_slope import one_slope
from liftledger.stats.welch import welch
from tests.stats.records import BEFORE, MEAN, QUOTIENT, QUOTIENT_BEFORE, sums


@pytest.mark.parametrize("seed", range(3))
def test_slope_is_that_of_the_regression_over_all_units(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 50, 90)
    y = 3 * x + rng.integers(0, 20, 90)
    parts = slice(None, 40), slice(40, None)
    arms = [sums(y=y[part], x=x[part]) for part in parts]
    slope = stats.linregress(x, y).slope
    for variable, part in zip(one_slope(MEAN, BEFORE, *arms, together=True), parts, strict=True):
        assert float(variable.value) == pytest.approx(np.mean(y[part] - slope * (x[part] - x.mean())))
        assert float(variable.covariance(variable)) == pytest.approx(np.var(y[part] - slope * x[part], ddof=1))


def test_interval_covers_as_often_as_it_says():
    # True effect 5, 3,000 draws, the central 99.99 % of Binomial(3000, 0.05).
    rng = np.random.default_rng(20240514)
    misses = 0
    for _ in range(3000):
        arms = []
        for n, effect in ((80, 0), (200, 5)):
            x = rng.normal(50, 10, n)
            arms.append(sums(y=np.rint(effect + 2 * x + rng.normal(0, 10, n)), x=np.rint(x)))
        test = welch(independent(*one_slope(MEAN, BEFORE, *arms, together=True)).contrast(), confidence=0.95)
        misses += not test.interval.low <= 5 <= test.interval.high
    fewest, most = stats.binom.interval(0.9999, 3000, 0.05)
    assert fewest <= misses <= most


units = st.lists(st.tuples(st.integers(-20, 20), st.integers(-9, 9)), min_size=2, max_size=9)


@given(units, units, st.integers(1, 9), st.integers(-99, 99))
def test_the_covariates_unit_and_origin_do_not_matter(a, b, unit, origin):
    def adjusted(unit, origin):
        arms = (sums(y=[y for y, _ in rows], x=[unit * x + origin for _, x in rows]) for rows in (a, b))
        return one_slope(MEAN, BEFORE, *arms, together=True)

    one, other = adjusted(1, 0), adjusted(unit, origin)
    assume(not isinstance(one, NoEstimate) and not isinstance(other, NoEstimate))
    assert [(v.value, v.covariance(v)) for v in one] == [(v.value, v.covariance(v)) for v in other]


@given(units, units, st.booleans())
def test_swapping_the_arms_swaps_the_answer(a, b, together):
    arms = []
    for rows in (a, b):
        y, x = (np.array(column) for column in zip(*rows, strict=True))
        arms.append(sums(y=y, d=abs(y) + 1, x=x, e=3 + x % 5))
    there = one_slope(QUOTIENT, QUOTIENT_BEFORE, *arms, together=together)
    back = one_slope(QUOTIENT, QUOTIENT_BEFORE, *arms[::-1], together=together)
    if isinstance(there, NoEstimate):
        assert there == back
    else:
        assert [v.value for v in there] == [v.value for v in back[::-1]]


def test_no_answer_is_a_reason():
    flat, empty, one = sums(y=[1, 2], x=[3, 3]), sums(y=[1, 2], x=[0, 0]), sums(y=[1], x=[1])
    for arms, reason in (
        ((empty, empty), "no pre-period: the covariate is 0 for every unit"),
        ((flat, flat), "the covariate is the same for every unit"),
        ((flat, one), "an arm has fewer than 2 units; a slope needs 2"),
    ):
        assert one_slope(MEAN, BEFORE, *arms, together=True) == NoEstimate(reason)
