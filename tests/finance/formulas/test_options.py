"""Build against buy."""

from decimal import Decimal

import pytest

from liftledger.domain.value import Option
from liftledger.finance.formulas.npv import discount_factors
from liftledger.finance.formulas.options import owned

FACTORS = discount_factors(0.1, 36)
BENEFITS = [0.0, *[1000.0] * 36]


def test_costs_of_three_years_with_staff_and_exit():
    built = Option(
        "build", once=Decimal(100), monthly=Decimal(10), staff=Decimal("2.5"), staff_cost=Decimal(4), exit=Decimal(7)
    )
    found = owned(built, [0.0] * 37, FACTORS)
    assert found.spent == 100 + 36 * 20 + 7
    assert found.present == pytest.approx(100 + 20 * sum(FACTORS[1:]) + 7 * FACTORS[36], rel=1e-12)
    assert found.net == pytest.approx(-found.present, rel=1e-12)


def test_what_serves_at_once_forgoes_nothing():
    found = owned(Option("buy"), BENEFITS, FACTORS)
    assert (found.forgone, found.spent) == (0, 0)
    assert found.net == pytest.approx(1000 * sum(FACTORS[1:]), rel=1e-12)


def test_waiting_forgoes_the_last_months_and_a_likely_delay_more():
    waits = owned(Option("build", ramp=6), BENEFITS, FACTORS)
    assert waits.net == pytest.approx(1000 * sum(FACTORS[7:]), rel=1e-12)
    delayed = owned(Option("build", ramp=6, delay=Decimal("0.5"), delay_months=3), BENEFITS, FACTORS)
    certain = owned(Option("build", ramp=9), BENEFITS, FACTORS)
    assert delayed.forgone == pytest.approx((waits.forgone + certain.forgone) / 2, rel=1e-12)


def test_what_comes_after_the_horizon_brings_nothing():
    found = owned(Option("build", ramp=40), BENEFITS, FACTORS)
    assert found.net == 0


def test_a_shorter_case_has_the_months_that_it_has():
    found = owned(Option("buy", monthly=Decimal(1)), [0.0, 5.0, 5.0], discount_factors(0.0, 2))
    assert (found.spent, found.net) == (2, 8)
