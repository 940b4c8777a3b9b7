"""Break-even churn against the printed case, its own definition, and simulated customers."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.churn import break_even, break_even_of, reduction, worth
from liftledger.finance.formulas.npv import monthly_rate
from liftledger.lifetime.simple import AHEAD, margin_multiples
from tests.finance.lines import interval

D = monthly_rate(0.10)
margins, churns, rates = st.floats(1, 1e4), st.floats(0.002, 0.5), st.floats(0.001, 0.05)


def test_16_a_month_at_3_percent_churn_and_10_spent_breaks_even_at_2_912643_percent():
    # finance.md, section 3: m = 16, c = 3 %, d of 10 % a year, k = 10 -> V0 408.699179, c* = 2.912643 %
    assert worth(16, 0.03, D) == pytest.approx(408.699179, abs=5e-7)
    found = break_even(16, 0.03, D, 10)
    assert found == pytest.approx(0.02912643, abs=5e-9)
    assert worth(16, found, D) == pytest.approx(418.699179, abs=5e-7)


@given(margins, churns, rates, st.floats(0, 2))
def test_at_break_even_a_customer_is_worth_the_spend_more(margin, churn, discount, part):
    spend = part * worth(margin, churn, discount)
    found = break_even(margin, churn, discount, spend)
    assume(not isinstance(found, NoEstimate))
    assert worth(margin, found, discount) == pytest.approx(worth(margin, churn, discount) + spend)
    assert found <= churn + 1e-12


@given(margins, churns, rates, st.floats(0.1, 100))
def test_break_even_does_not_depend_on_the_currency(margin, churn, discount, factor):
    spend = worth(margin, churn, discount) / 10
    one, other = (break_even(margin * k, churn, discount, spend * k) for k in (1.0, factor))
    assume(not isinstance(one, NoEstimate))
    assert one == pytest.approx(other)


def test_nothing_spent_needs_no_better_churn():
    assert break_even(16, 0.03, D, 0) == pytest.approx(0.03)


def test_what_even_staying_for_ever_does_not_earn_has_no_break_even():
    most = worth(16, 0, D) - worth(16, 0.03, D)
    assert break_even(16, 0.03, D, most) == pytest.approx(0, abs=1e-12)
    assert isinstance(break_even(16, 0.03, D, most * 1.01), NoEstimate)


def test_worth_is_what_simulated_customers_bring():
    # 200,000 customers who leave at the end of a month with a chance of 0.2: within 5 standard errors.
    months = np.random.default_rng(5).geometric(0.2, 200_000) - 1
    brought = 16 * (1 - 1.01 ** -months.astype(float)) / 0.01
    assert worth(16, 0.2, 0.01) == pytest.approx(brought.mean(), abs=5 * brought.std() / 200_000**0.5)


def test_errors_are_those_of_draws_of_the_churn():
    # 200,000 draws of a churn of 3 % with standard error 0.1 %; the delta method is off by less than 1 % here.
    churn = interval(0.03, 0.001)
    drawn = np.random.default_rng(6).normal(0.03, 0.001, 200_000)
    ends = np.array([break_even(16, one, D, 60) for one in drawn[:20_000]])
    found = break_even_of(16, churn, D, 60, confidence=0.95)
    assert found.se == pytest.approx(ends.std(), rel=0.02)
    less = reduction(churn, found, confidence=0.95)
    assert less.value == pytest.approx(1 - found.value / 0.03)
    assert less.se == pytest.approx((1 - ends / drawn[:20_000]).std(), rel=0.02)


@given(margins, churns, rates)
def test_worth_is_the_textbooks_with_the_first_margin_a_month_ahead(margin, churn, discount):
    found = margin_multiples(EVERYBODY, margin=margin, retention=1 - churn, discount=discount)
    assert worth(margin, churn, discount) == pytest.approx(next(one.value for one in found if one.formula == AHEAD))
