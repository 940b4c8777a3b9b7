"""What winning a customer costs, and how soon it comes back, against the printed case and what they have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.acquisition import at_constant_spend, cac, payback
from tests.finance.lines import interval

amount = st.floats(1, 1e6)


def test_900_000_for_100_000_of_new_monthly_revenue_at_80_percent_comes_back_in_11_and_a_quarter_months():
    # finance.md, section 3: S&M 900k, monthly new ARR 100k, GM 80 % -> 11.25 months
    cost = cac(900_000, 125)
    assert cost == 7_200
    assert payback(cost, 800, 0.8) == pytest.approx(11.25, rel=1e-12)


@given(amount, amount, st.floats(0.05, 1))
def test_payback_is_the_month_in_which_the_margin_earned_is_the_cost(cost, revenue, margin):
    assert payback(cost, revenue, margin) * revenue * margin == pytest.approx(cost)


@given(amount, st.floats(-0.5, 2))
def test_the_same_spend_wins_as_many_more_customers_as_convert(spend, lift):
    after = at_constant_spend(cac(spend, 100), interval(lift, 0.0), confidence=0.95)
    assert after.value * 100 * (1 + lift) == pytest.approx(spend)
    assert after.low == after.high == after.value


def test_the_error_of_the_lift_is_that_of_the_cost():
    # 7,200 / 1.25 = 5,760; slope 7,200 / 1.25^2 = 4,608 for each unit of lift
    after = at_constant_spend(7_200, interval(0.25, 0.05), confidence=0.95)
    assert (after.value, after.se) == pytest.approx((5_760, 230.4))


def test_there_is_no_cost_of_customers_that_are_not_won_and_no_payback_without_margin():
    assert isinstance(cac(900_000, 0), NoEstimate)
    assert isinstance(payback(7_200, 0, 0.8), NoEstimate)
    assert isinstance(at_constant_spend(7_200, interval(-0.5, 0.4), confidence=0.95), NoEstimate)
