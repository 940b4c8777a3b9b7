"""The difference of two arms' modelled values: worked, against simulated fits, and mirrored."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.lifetime.continuation import difference


def test_errors_of_independent_fits_add_in_squares():
    # 3 and 4 make 5, 6 and 8 make 10: treatment's lower end and control's upper one are below the difference.
    found = difference(Interval(100.0, 3.0, 92.0, 103.0), Interval(130.0, 4.0, 126.0, 136.0))
    assert found == Interval(30.0, 5.0, 25.0, 40.0)


values = st.builds(lambda value, se: Interval(value, se, value - se, value + se), st.floats(-99, 99), st.floats(0, 9))


@given(values, values)
def test_swapping_the_arms_mirrors_the_answer(one, other):
    there, back = difference(one, other), difference(other, one)
    assert (there.value, there.se, there.low, there.high) == pytest.approx(
        (-back.value, back.se, -back.high, -back.low)
    )


def test_an_arm_without_a_model_has_no_continuation():
    known, unknown = Interval(1.0, 0.1, 0.8, 1.2), NoEstimate("sBG: nobody left")
    assert difference(unknown, known) == NoEstimate("the control arm has no modelled continuation: sBG: nobody left")
    assert difference(known, unknown) == NoEstimate("the treatment arm has no modelled continuation: sBG: nobody left")


def test_the_interval_covers_as_often_as_it_says():
    # True difference 5, 4,000 draws, the central 99.99 % of Binomial(4000, 0.05). Of fitted models: tests/calibration.
    rng = np.random.default_rng(20240711)
    drawn = rng.normal((7, 12), (2, 0.5), (4000, 2)).tolist()
    halves = 1.959964 * np.array([2.0, 0.5])
    arms = [[Interval(m, h / 1.959964, m - h, m + h) for m, h in zip(pair, halves, strict=True)] for pair in drawn]
    misses = sum(not found.low <= 5 <= found.high for found in (difference(*pair) for pair in arms))
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= misses <= most
