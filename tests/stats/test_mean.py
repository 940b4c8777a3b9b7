"""Plain means against published sums, numpy, their own promise, and their symmetries."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.moments import Sums
from liftledger.stats.mean import mean
from tests.stats.records import sums

ONE = Fraction(1)


def test_agrees_with_hillstroms_published_share_of_visits():
    # MineThatData e-mail test: 3,894 of 21,307 visited after the men's e-mail, 2,262 of 21,306 without: +7.6590 points.
    visited = [Sums(n, {("visit",): k}, frozenset({"visit"})) for n, k in ((21_306, 2_262), (21_307, 3_894))]
    control, treatment = (mean(arm, "visit", unit=ONE) for arm in visited)
    assert float(treatment.value - control.value) == pytest.approx(0.076590, abs=5e-7)
    share = 2_262 / 21_306  # variance of a share, over n - 1
    assert float(control.covariance(control)) == pytest.approx(share * (1 - share) * 21_306 / 21_305)


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_numpy_in_the_metrics_unit(seed):
    cents = np.random.default_rng(seed).integers(-500, 9000, 70)
    variable = mean(sums(y=cents), "y", unit=Fraction(1, 100))
    assert float(variable.value) == pytest.approx(np.mean(cents / 100))
    assert float(variable.covariance(variable)) == pytest.approx(np.var(cents / 100, ddof=1))


def test_variance_is_right_on_average():
    # Poisson with mean and variance 9: the mean of 4,000 unbiased variances, within four of its standard errors.
    rng = np.random.default_rng(20240513)
    variables = (mean(sums(y=rng.poisson(9, 5)), "y", unit=ONE) for _ in range(4000))
    variances = np.array([float(variable.covariance(variable)) for variable in variables])
    assert variances.mean() == pytest.approx(9, abs=4 * stats.sem(variances))


@given(st.lists(st.integers(-99, 99), min_size=2, max_size=12), st.integers(-99, 99))
def test_a_gift_to_every_unit_moves_the_mean_alone(values, gift):
    one, other = (mean(sums(y=y), "y", unit=ONE) for y in (values, [value + gift for value in values]))
    assert (one.value + gift, one.covariance(one)) == (other.value, other.covariance(other))
