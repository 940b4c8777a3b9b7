"""Present values against printed numbers, exact arithmetic, and their symmetries."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.finance.formulas.npv import discount_factors, monthly_rate, npv

flows = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)
rates = st.floats(-0.5, 2.0)


def test_twelve_monthly_rates_compound_to_the_annual_one():
    assert monthly_rate(0.10) == pytest.approx(
        0.007974140428903764, rel=1e-14
    )  # finance.md, F-GOLD; decimal, 50 digits, agrees
    assert (1 + monthly_rate(0.10)) ** 12 == pytest.approx(1.1, rel=1e-14)
    assert monthly_rate(0.0) == 0.0


@given(st.floats(0, 1), st.integers(1, 120))
def test_factors_are_those_of_the_monthly_rate(rate, months):
    factors = discount_factors(rate, months)
    assert len(factors) == months + 1 and factors[0] == 1.0
    assert factors == pytest.approx([(1 + monthly_rate(rate)) ** -month for month in range(months + 1)], rel=1e-11)


@given(flows, st.fractions(Fraction(-1, 2), 2, max_denominator=1000))
def test_agrees_with_exact_fractions(given_flows, rate):
    exact = sum(Fraction(flow) / (1 + rate) ** period for period, flow in enumerate(given_flows))
    size = sum(abs(Fraction(flow)) / (1 + rate) ** period for period, flow in enumerate(given_flows))
    assert npv(float(rate), given_flows) == pytest.approx(float(exact), abs=float(size) * 1e-13)


@given(
    rates, st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=20), st.floats(-9, 9)
)
def test_is_linear_in_the_flows(rate, pairs, factor):
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    both = [a + factor * b for a, b in pairs]
    size = npv(rate, [abs(a) + 10 * abs(b) for a, b in pairs])
    assert npv(rate, both) == pytest.approx(npv(rate, one) + factor * npv(rate, other), abs=1e-12 * (1 + size))


@given(st.floats(1, 1e6), st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(-0.5, 1), st.floats(0.001, 1))
def test_falls_as_the_rate_rises_where_money_is_spent_first(spent, earned, rate, more):
    assert npv(rate + more, [-spent, *earned]) <= npv(rate, [-spent, *earned])


@given(flows)
def test_at_no_rate_it_is_the_sum(given_flows):
    assert npv(0.0, given_flows) == pytest.approx(sum(given_flows), abs=1e-6)
