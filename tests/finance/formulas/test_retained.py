"""Present value of a retention curve, against the constant-churn formula and its own parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.churn import worth
from liftledger.finance.formulas.npv import monthly_rate
from liftledger.finance.formulas.retained import by_curve, payback

D = monthly_rate(0.1)


def curve(churn, months):
    return tuple((1 - churn) ** month for month in range(months + 1))


def test_of_a_constant_churn_and_for_long_it_is_the_formula():
    # m = 16, c = 3 %: 408.699179 (finance.md, section 3)
    found = by_curve(curve(0.03, 24), curve(0.03, 2000)[25:], margin=16, discount=D, months=2000)
    assert found.observed + found.extrapolated == pytest.approx(worth(16, 0.03, D)) == pytest.approx(408.699179)


@given(st.integers(1, 40), st.integers(1, 60))
def test_where_the_observation_ends_moves_money_between_the_parts_only(seen, months):
    whole = curve(0.05, 60)
    found = by_curve(whole[: seen + 1], whole[seen + 1 :], margin=10, discount=D, months=months)
    assert found.observed + found.extrapolated == pytest.approx(
        sum(10 * whole[t] / (1 + D) ** t for t in range(1, months + 1))
    )
    assert found.observed == pytest.approx(sum(10 * whole[t] / (1 + D) ** t for t in range(1, min(seen, months) + 1)))


def test_the_month_that_has_begun_is_not_in_it():
    found = by_curve((1.0,), (), margin=10, discount=D, months=12)
    assert (found.observed, found.extrapolated) == (0, 0)


def test_where_nobody_leaves_and_nothing_is_discounted_payback_is_the_printed_one():
    # finance.md, section 3: 7,200 for 800 a month at 80 % -> 11.25 months
    assert payback((1.0,) * 37, margin=640, discount=0.0, cost=7_200) == pytest.approx(11.25)


@given(st.floats(0.0, 0.2), st.integers(1, 36))
def test_at_payback_the_present_value_earned_is_the_cost(churn, month):
    shares = curve(churn, 36)
    earned = sum(16 * shares[t] / (1 + D) ** t for t in range(1, month + 1))
    assert payback(shares, margin=16, discount=D, cost=earned * (1 - 1e-12)) == pytest.approx(month)


def test_what_the_curve_does_not_earn_is_not_paid_back():
    assert isinstance(payback(curve(0.5, 12), margin=16, discount=D, cost=16), NoEstimate)
