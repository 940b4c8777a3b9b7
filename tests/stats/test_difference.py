"""The difference from two intervals against a printed example, its own promise, and its symmetries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.stats.difference import difference
from liftledger.stats.retention import share


def test_agrees_with_newcombes_printed_example():
    # Newcombe (1998), table II, method 10, (a) 56/70 - 48/80: 0.2, from 0.0524 to 0.3339.
    found = difference(control=share(48, 80), treatment=share(56, 70))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_errors_of_independent_answers_add_in_squares():
    # 3 and 4 make 5, 6 and 8 make 10: treatment's lower end and control's upper one are below the difference.
    found = difference(Interval(100.0, 3.0, 92.0, 103.0), Interval(130.0, 4.0, 126.0, 136.0))
    assert found == Interval(30.0, 5.0, 25.0, 40.0)


@given(st.floats(-99, 99), st.floats(0, 9), st.floats(-99, 99), st.floats(0, 9))
def test_of_symmetrical_intervals_it_is_the_normal_one(one, its, other, others):
    arms = [Interval(value, half / 1.96, value - half, value + half) for value, half in ((one, its), (other, others))]
    found, half = difference(*arms), np.hypot(its, others)
    assert (found.low, found.high) == pytest.approx((other - one - half, other - one + half), abs=1e-9)
    assert found.se == pytest.approx(half / 1.96)


counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_swapping_the_arms_mirrors_the_answer(one, other):
    there, back = difference(share(*one), share(*other)), difference(share(*other), share(*one))
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))


def test_the_interval_covers_as_often_as_it_says():
    # True shares 0.9 and 0.8 of 80 and 150 customers, 4,000 draws. Newcombe found his method 10 to cover a little more
    # than 95 %; the upper end of the band is that of the central 99.99 % of Binomial(4000, 0.05).
    rng = np.random.default_rng(20240722)
    misses = 0
    for control, treatment in zip(rng.binomial(80, 0.8, 4000), rng.binomial(150, 0.9, 4000), strict=True):
        found = difference(share(int(control), 80), share(int(treatment), 150))
        misses += not found.low <= 0.1 <= found.high
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= misses <= most


def test_an_arm_without_an_answer_leaves_no_difference():
    nobody = "arm has no number: there is nobody at the start"
    assert difference(share(0, 0), share(1, 2)) == NoEstimate(f"the control {nobody}")
    assert difference(share(1, 2), share(0, 0)) == NoEstimate(f"the treatment {nobody}")
