"""Payback: the point from which the total stays at or above 0."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.payback import no_payback
from tests.finance.lines import summarised


def payback(flows):
    """Months, and those until the total is last below 0, of workings whose net is given."""
    found = summarised(flows)
    return found.number("summary.payback"), found.number("summary.payback_last")


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
    assert payback(flows)[0] == pytest.approx(months, rel=1e-12)


def test_the_months_until_the_total_is_last_below_0_are_counted():
    assert payback([-100, 39, 59, 55, 20]) == (pytest.approx(2 + 2 / 55), 2 + 1)


def test_what_never_comes_back_has_no_payback():
    assert payback([-100, 10, 10])[0] is None
    assert no_payback([-100, -90, -80]) == NoEstimate("what was spent does not come back within 2 months")


def test_what_comes_back_and_is_lost_again_has_no_payback():
    assert payback([-100, 120, -50])[0] is None
    assert no_payback([-100, 20, -30]) == NoEstimate(
        "what was spent comes back, but at the end of month 2 the total is below 0 again"
    )


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30))
def test_from_the_payback_on_no_total_is_below_0_and_just_before_it_one_is(flows):
    totals = list(itertools.accumulate(flows))
    months, last = payback(flows)
    if months is None:
        assert totals[-1] < 0
        return
    assert all(total >= 0 for month, total in enumerate(totals) if month >= months)
    if last:
        assert totals[int(last) - 1] < 0
        assert last - 1 < months <= last
