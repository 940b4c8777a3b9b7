"""The textbook's 5 %: against the three printed conventions, draws, and its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.better_retention import better, gain, worth, yearly
from tests.finance.lines import interval

shares, rates = st.floats(0.05, 0.99), st.floats(0.01, 0.5)


def test_worth_is_that_of_the_printed_convention():
    # finance.md, section 3: m = 100, r = 0.8, d = 0.1 -> 266.6667 by m r / (1 + d - r)
    assert worth(100, 0.8, 0.1) == pytest.approx(266.6667, abs=5e-5)


def test_5_percent_of_80_percent_is_84_percent_and_worth_a_fifth_more():
    # 84 / 0.26 - 80 / 0.3 = 323.0769 - 266.6667
    assert better(0.8) == pytest.approx(0.84)
    found = gain(100, interval(0.8, 0.0), 0.1, confidence=0.95)
    assert found.value == pytest.approx(84 / 0.26 - 80 / 0.3)


def test_nobody_stays_more_often_than_always():
    assert better(0.97) == better(1.0) == 1.0
    assert gain(100, interval(1.0, 0.0), 0.1, confidence=0.95).value == 0


@given(shares, rates)
def test_who_stays_longer_is_worth_more(retention, discount):
    assert gain(1, interval(retention, 0.0), discount, confidence=0.95).value > 0


@pytest.mark.parametrize("retention", [0.8, 0.97])
def test_its_error_is_that_of_draws_of_the_retention(retention):
    drawn = np.random.default_rng(7).normal(retention, 0.001, 20_000)
    values = [worth(100, better(one), 0.1) - worth(100, one, 0.1) for one in drawn]
    found = gain(100, interval(retention, 0.001), 0.1, confidence=0.95)
    assert found.se == pytest.approx(np.std(values), rel=0.03)


def test_without_discounting_there_is_no_bound():
    assert isinstance(gain(100, interval(0.8, 0.01), 0.0, confidence=0.95), NoEstimate)


def test_a_year_is_twelve_months_of_the_same_retention():
    found = yearly(interval(0.98, 0.001), confidence=0.95)
    drawn = np.random.default_rng(8).normal(0.98, 0.001, 50_000) ** 12
    assert found.value == pytest.approx(0.98**12)
    assert found.se == pytest.approx(drawn.std(), rel=0.03)
