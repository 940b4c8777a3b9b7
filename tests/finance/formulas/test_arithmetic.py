"""Quotients, products and differences against the printed standard error and draws."""

import numpy as np
import pytest

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.arithmetic import less, product, quotient
from tests.finance.lines import interval


def test_the_printed_standard_error_of_a_relative_lift():
    # finance.md, section 2: mt = 10.2, mc = 10.0, st = .05, sc = .15 -> 1.6096 %
    found = quotient(interval(10.2, 0.05), interval(10.0, 0.15), confidence=0.95)
    assert found.value == pytest.approx(1.02)
    assert found.se == pytest.approx(0.016096, abs=5e-7)
    naive = less(interval(10.2, 0.05), interval(10.0, 0.15), confidence=0.95).se / 10.0  # as if control were certain
    assert naive == pytest.approx(0.015811, abs=5e-7)


def test_errors_are_those_of_draws():
    rng = np.random.default_rng(9)
    one, other = rng.normal(10, 0.3, 200_000), rng.normal(-4, 0.1, 200_000)
    first, second = interval(10, 0.3), interval(-4, 0.1)
    assert quotient(first, second, confidence=0.95).se == pytest.approx((one / other).std(), rel=0.02)
    assert product(first, second, confidence=0.95).se == pytest.approx((one * other).std(), rel=0.02)
    assert less(first, second, confidence=0.95).se == pytest.approx((one - other).std(), rel=0.02)


def test_a_quotient_by_its_own_inverse_is_one():
    one, other = interval(3.0, 0.1), interval(7.0, 0.2)
    there, back = quotient(one, other, confidence=0.9), quotient(other, one, confidence=0.9)
    assert there.value * back.value == pytest.approx(1)
    assert there.se / there.value == pytest.approx(back.se / back.value)


def test_nothing_is_divided_by_what_may_be_0():
    assert isinstance(quotient(interval(1.0, 0.1), interval(0.1, 0.1), confidence=0.95), NoEstimate)
