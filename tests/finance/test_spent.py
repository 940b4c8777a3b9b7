"""What declared costs have come to by a day, counted by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.value import Cost
from liftledger.finance.spent import spent

START = date(2026, 1, 31)
BUILD = Cost("build", "engineering", once=Decimal(2000))
RUN = Cost("run", "models", monthly=Decimal(2800))
LATER = Cost("later", "models", once=Decimal(100), monthly=Decimal(31), start=2, end=3)


@pytest.mark.parametrize(
    ("costs", "by", "total"),
    [
        ([BUILD], date(2026, 1, 31), 0),
        ([BUILD], date(2026, 2, 1), 2000),
        ([RUN], date(2026, 2, 1), 100),  # month 1 lasts from 31 January to 28 February, 28 days
        ([RUN], date(2026, 2, 28), 2800),
        ([RUN], date(2026, 3, 31), 5600),
        ([LATER], date(2026, 2, 28), 0),
        ([LATER], date(2026, 3, 1), 101),  # month 2: 28 February to 31 March, 31 days
        ([LATER], date(2027, 1, 1), 100 + 2 * 31),  # months 2 and 3
        ([BUILD, RUN, LATER], date(2026, 3, 31), 2000 + 5600 + 131),
    ],
)
def test_by_hand(costs, by, total):
    assert spent(costs, START, by) == pytest.approx(total, rel=1e-12)


def test_decisions_cost_by_the_month_too():
    cost = Cost("calls", "models", per_decision=Decimal("0.002"), decisions=Decimal(900_000))
    assert spent([cost], date(2026, 1, 1), date(2026, 2, 1)) == pytest.approx(1800)


@given(st.integers(0, 800), st.integers(0, 3), st.integers(0, 20))
def test_it_never_falls(days, start, length):
    cost = Cost("c", "x", once=Decimal(7), monthly=Decimal(10), start=start, end=start + length)
    day = date.fromordinal(START.toordinal() + days)
    assert spent([cost], START, day) <= spent([cost], START, date.fromordinal(day.toordinal() + 1))
