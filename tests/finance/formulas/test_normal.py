"""The normal distribution against scipy."""

import pytest
from scipy import special

from liftledger.finance.formulas.normal import chance_below_zero, interval


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.95, 0.999])
def test_the_interval_agrees_with_scipy(confidence):
    found = interval(3.0, 2.0, confidence=confidence)
    half = 2 * special.ndtri((1 + confidence) / 2)
    assert (found.value, found.se) == (3.0, 2.0)
    assert (found.low, found.high) == pytest.approx((3 - half, 3 + half), rel=1e-12)


@pytest.mark.parametrize("value", [-30.0, -3.0, -0.1, 0.0, 0.1, 3.0, 30.0])
def test_the_chance_agrees_with_scipy(value):
    assert chance_below_zero(value, 2.0) == pytest.approx(special.ndtr(-value / 2), rel=1e-12)


def test_what_is_certain_has_no_chance():
    assert [chance_below_zero(value, 0.0) for value in (-1.0, 0.0, 1.0)] == [1.0, 0.0, 0.0]
