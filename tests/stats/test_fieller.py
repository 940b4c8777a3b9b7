"""Fieller against printed digits, a search for its definition's ends, its own promise, and its symmetries."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, stats

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.stats.fieller import fieller
from liftledger.stats.joint import independent
from liftledger.stats.quantity import of_arms
from liftledger.stats.welch import welch
from tests.stats.records import MEAN, sums


def joint(control, treatment):
    return independent(*of_arms(MEAN, sums(y=control), sums(y=treatment)))


# Its printed numbers are Hillstrom's, in test_findings.py.


@pytest.mark.parametrize("seed", range(5))
def test_ends_are_where_the_t_test_of_the_contrast_is_just_significant(seed):
    rng = np.random.default_rng(seed)
    control, treatment = rng.gamma(2, 100, 60).astype(int), rng.gamma(2, 130, 80).astype(int)
    q = stats.t.ppf(0.975, stats.ttest_ind(treatment, control, equal_var=False).df)

    def excess(lift):
        gap = treatment.mean() - (1 + lift) * control.mean()
        return gap**2 - q**2 * (treatment.var(ddof=1) / 80 + (1 + lift) ** 2 * control.var(ddof=1) / 60)

    centre = treatment.mean() / control.mean() - 1
    ends = optimize.brentq(excess, -0.999, centre), optimize.brentq(excess, centre, 20)
    answer = fieller(joint(control, treatment), confidence=0.95)
    assert (answer.low, answer.high) == pytest.approx(ends)


def test_standard_error_is_a_numerical_derivatives():
    control, treatment = [1, 5, 9, 12, 30], [4, 7, 20, 41]
    t, c = np.mean(treatment), np.mean(control)
    by_t, by_c = 1 / c, -t / c**2
    variance = by_t**2 * np.var(treatment, ddof=1) / 4 + by_c**2 * np.var(control, ddof=1) / 5
    assert fieller(joint(control, treatment), confidence=0.2).se == pytest.approx(math.sqrt(variance))


@pytest.mark.parametrize(("sizes", "seed"), [((500, 500), 20240503), ((50, 950), 20240504)], ids=["50/50", "5/95"])
def test_interval_covers_as_often_as_it_says(sizes, seed):
    # Values uniform from 0 to 1000 and 1250, true lift 0.25; 4,000 draws, central 99.99 % of Binomial(4000, 0.05).
    # Heavy-tailed values are for the skew correction: test_skew.py.
    rng = np.random.default_rng(seed)
    misses = 0
    for _ in range(4000):
        control, treatment = rng.integers(0, 1001, sizes[0]), rng.integers(0, 1251, sizes[1])
        answer = fieller(joint(control, treatment), confidence=0.95)
        misses += not answer.low <= 0.25 <= answer.high
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= misses <= most


samples = st.lists(st.integers(-100, 300), min_size=2, max_size=15).filter(lambda x: len(set(x)) > 1)


@given(samples, samples)
def test_lift_holds_0_exactly_when_the_difference_does(a, b):
    pair = joint(a, b)
    lift, effect = fieller(pair, confidence=0.9), welch(pair.contrast(), confidence=0.9).interval
    assume(isinstance(lift, Interval) and min(abs(effect.low), abs(effect.high)) > 1e-9)
    assert (lift.low <= 0 <= lift.high) == (effect.low <= 0 <= effect.high)
    assert lift.low <= lift.value <= lift.high


@given(samples, samples, st.integers(2, 10**9))
def test_a_change_of_currency_leaves_the_lift_alone(a, b, rate):
    one, other = (fieller(joint([k * v for v in a], [k * v for v in b]), confidence=0.8) for k in (1, rate))
    if isinstance(one, NoEstimate):
        assert one == other
    else:
        assert (one.low, one.high, one.se) == pytest.approx((other.low, other.high, other.se), rel=1e-6, abs=1e-9)


@given(samples, samples)
def test_losses_mirror_gains(a, b):
    # A cost of 10 that falls to 8 is a loss of 20 %; written as -10 that rises to -8, a gain of 20 %.
    one, other = (fieller(joint([k * v for v in a], [k * v for v in b]), confidence=0.8) for k in (1, -1))
    assume(isinstance(one, Interval))
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_a_control_near_0_has_no_bounded_lift():
    answer = fieller(joint([-3, 4, -2, 3], [10, 12, 9, 14]), confidence=0.95)
    assert answer == NoEstimate(
        "the control value is not clearly different from 0, so the lift has no bounded interval"
    )


def test_a_control_of_0_has_no_lift():
    answer = fieller(joint([-3, 3, 0], [10, 12, 9]), confidence=0.95)
    assert answer == NoEstimate("the control value is 0, so there is no lift")


def test_a_treatment_of_nothing_but_0_has_no_lift_of_exactly_minus_1():
    assert isinstance(fieller(joint([3, 4, 5, 4], [0, 0, 0]), confidence=0.95), NoEstimate)
