"""Expansion a year, against what infrastructure costs."""

import pytest

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.expansion import per_money, yearly, yearly_cost
from tests.finance.lines import interval


def test_12_a_month_more_from_1_000_accounts_on_60_000_of_infrastructure():
    # (12 x 12 x 1,000) / 60,000 = 2.4, and its error likewise
    revenue = yearly(interval(12_000.0, 3_000.0))
    found = per_money(revenue, yearly_cost(150_000 + 30_000, 36))
    assert (found.value, found.se) == pytest.approx((2.4, 0.6))
    assert found.low == pytest.approx(2.4 - 1.959964 * 0.6)


def test_what_treated_accounts_lose_is_a_negative_return():
    assert per_money(yearly(interval(-100.0, 10.0)), 600).value == pytest.approx(-2)


def test_without_infrastructure_there_is_nothing_to_set_it_against():
    assert isinstance(per_money(interval(100.0, 10.0), 0.0), NoEstimate)
