"""Textbook values against printed numbers, their sums written out, simulation, and what they have in common."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime.simple import AHEAD, AT_END, CONVENTIONS, NOW, by_churn, by_orders, lifespan, margin_multiples

share = st.floats(0.01, 0.98)
rate = st.floats(0.01, 0.5)


def multiples(margin=100.0, retention=0.8, discount=0.1):
    return {
        one.formula: one for one in margin_multiples(EVERYBODY, margin=margin, retention=retention, discount=discount)
    }


def test_the_three_conventions_are_366_and_266_and_333():
    # m = 100, r = 0.8, d = 0.1: 110 / 0.3, 80 / 0.3, 100 / 0.3.
    found = multiples()
    assert found[NOW].value == pytest.approx(366.6667, abs=5e-5)
    assert found[AHEAD].value == pytest.approx(266.6667, abs=5e-5)
    assert found[AT_END].value == pytest.approx(333.3333, abs=5e-5)


def test_each_convention_is_told_by_when_the_first_margin_comes():
    assert [one.convention for one in multiples().values()] == list(CONVENTIONS.values())
    assert multiples()[NOW].convention.startswith("first margin now")
    assert multiples()[AHEAD].convention.startswith("first margin one period ahead, from those who renew")
    assert multiples()[AT_END].convention.startswith("first margin at the end of the first period, from everybody")


@given(share, rate)
def test_each_convention_is_the_sum_of_its_margins(retention, discount):
    found, periods = multiples(1.0, retention, discount), np.arange(6000)
    margins, discounts = retention**periods, (1 + discount) ** -periods.astype(float)
    assert found[NOW].value == pytest.approx(np.sum(margins * discounts))
    assert found[AT_END].value == pytest.approx(np.sum(margins * discounts) / (1 + discount))
    assert found[AHEAD].value == pytest.approx(np.sum((margins * discounts)[1:]))


@given(share, rate, st.floats(0.01, 1e4))
def test_the_conventions_differ_by_one_margin_and_by_one_period(retention, discount, margin):
    found = multiples(margin, retention, discount)
    assert found[NOW].value == pytest.approx(found[AHEAD].value + margin)
    assert found[NOW].value == pytest.approx(found[AT_END].value * (1 + discount))


def test_each_convention_is_what_simulated_customers_bring():
    # 40,000 customers whose periods end with a chance of 0.2: within 5 standard errors.
    stays = np.random.default_rng(3).geometric(0.2, 40_000)
    per = 1 / 1.1
    of_all = (1 - per**stays) / (1 - per)
    brought = {NOW: 100 * of_all, AHEAD: 100 * (of_all - 1), AT_END: 100 * of_all * per}
    for formula, one in multiples().items():
        values = brought[formula]
        assert one.value == pytest.approx(values.mean(), abs=5 * values.std() / 200)


def test_mrr_by_churn_is_the_value_without_discounting():
    # 50 a month at a margin of 80 % and a churn of 4 %: 50 x 0.8 / 0.04.
    found = by_churn(EVERYBODY, mrr=50.0, churn=0.04, margin=0.8)
    assert (found.formula, found.value) == ("MRR x margin / churn", pytest.approx(1000))
    assert found.convention == "first margin now, one churn for every customer and month, not discounted"
    assert multiples(40.0, 0.96, 1e-9)[NOW].value == pytest.approx(1000, rel=1e-6)


def test_orders_over_a_lifespan():
    # 60 an order, 2 orders a year, 3.5 years: 420 of revenue, 168 of margin.
    values = {"order_value": 60.0, "frequency": 2.0, "lifespan": 3.5}
    revenue, margin = (by_orders(EVERYBODY, **values, margin=margin) for margin in (None, 0.4))
    assert (revenue.value, margin.value) == pytest.approx((420, 168))
    assert revenue.convention == "revenue of every order of the lifespan after the first one, not discounted"
    assert margin.convention.startswith("margin of every order")


@given(share, st.floats(1, 100), st.floats(0.1, 5))
def test_a_subscription_is_one_order_a_month_for_its_lifespan(churn, amount, margin):
    orders = by_orders(EVERYBODY, order_value=amount, frequency=1.0, lifespan=lifespan(churn), margin=margin)
    assert by_churn(EVERYBODY, mrr=amount, churn=churn, margin=margin).value == pytest.approx(orders.value)


def test_without_a_margin_values_are_revenue_and_say_so():
    found = by_churn(EVERYBODY, mrr=50.0, churn=0.04, margin=None)
    assert found.value == pytest.approx(1250)
    assert found.convention.startswith("first revenue now")


NEVER = "of those there at a period's start nobody left in it, and who never leaves has no lifespan"


def test_who_never_leaves_has_no_value_but_a_reason():
    assert lifespan(0.0) == NoEstimate(NEVER)
    found = [
        by_churn(EVERYBODY, mrr=50.0, churn=0.0, margin=0.8),
        by_orders(EVERYBODY, order_value=60.0, frequency=2.0, lifespan=lifespan(0.0), margin=0.4),
        *multiples(retention=1.0).values(),
        *multiples(retention=1.0, discount=0.0).values(),
    ]
    assert {(one.value, one.reason) for one in found} == {(None, NEVER)}
    assert all(one.convention for one in found)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"discount": 0.0}, "the discount is 0; the value without discounting is MRR x margin / churn"),
        ({"discount": -0.1}, "the discount is -0.1; it must be above 0"),
        ({"retention": 1.2}, "a retention of 1.2 is no share of customers"),
        ({"retention": -0.2}, "a retention of -0.2 is no share of customers"),
    ],
)
def test_what_gives_no_multiple_is_said(change, reason):
    assert {(one.value, one.reason) for one in multiples(**change).values()} == {(None, reason)}


def test_a_churn_above_everybody_is_none():
    assert lifespan(1.5) == NoEstimate("a churn of 1.5 is no share of customers")
    assert lifespan(1.0) == 1
