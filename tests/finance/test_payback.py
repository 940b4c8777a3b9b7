"""Payback: the point from which the total stays at or above 0."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.payback import Payback, payback


@pytest.mark.parametrize(
    ("flows", "months"),
    [
        ([-100, 39, 59, 55, 20], 2 + 2 / 55),  # vectors/finance.json: 2 + (100 - 98) / 55
        ([-100, 50, 50], 2),  # 0 at a month's end
        ([-100, 200, -150, 100, 10], 2 + 50 / 100),  # back in month 1, below again in month 2, back for good in month 3
        ([100, -50], 0),  # never below 0
        ([0, 10], 0),
        ([0, -10, 20], 1.5),
    ],
)
def test_by_hand(flows, months):
    assert payback(flows).value == pytest.approx(months, rel=1e-12)


def test_the_last_month_below_0_is_named():
    assert payback([-100, 39, 59, 55, 20]) == Payback(pytest.approx(2 + 2 / 55), 2)


def test_what_never_comes_back_has_no_payback():
    assert payback([-100, 10, 10]) == NoEstimate("what was spent does not come back within 2 months")


def test_what_comes_back_and_is_lost_again_has_no_payback():
    assert payback([-100, 120, -50]) == NoEstimate(
        "what was spent comes back, but at the end of month 2 the total is below 0 again"
    )


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30))
def test_from_the_payback_on_no_total_is_below_0_and_just_before_it_one_is(flows):
    totals = list(itertools.accumulate(flows))
    found = payback(flows)
    if isinstance(found, NoEstimate):
        assert totals[-1] < 0
        return
    assert all(total >= 0 for month, total in enumerate(totals) if month >= found.value)
    if found.last_below is not None:
        assert totals[found.last_below] < 0
        assert found.last_below < found.value <= found.last_below + 1
