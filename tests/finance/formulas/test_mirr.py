"""The modified rate against Excel's example and what defines it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.irr import irr
from liftledger.finance.formulas.mirr import mirr


def test_excels_example():
    # Excel's function reference, MIRR: 12.61 %, after three years -4.80 %, at 14 % 13.48 %
    flows = [-120000, 39000, 30000, 21000, 37000, 46000]
    assert mirr(flows, finance=0.10, reinvest=0.12).value == pytest.approx(0.1261, abs=5e-5)
    assert mirr(flows[:4], finance=0.10, reinvest=0.12).value == pytest.approx(-0.0480, abs=5e-5)
    assert mirr(flows, finance=0.10, reinvest=0.14).value == pytest.approx(0.1348, abs=5e-5)


@given(st.floats(1, 1e5), st.lists(st.floats(1, 1e5), min_size=1, max_size=20))
def test_reinvesting_at_the_internal_rate_gives_the_internal_rate(spent, earned):
    rate = irr([-spent, *earned]).value
    assert mirr([-spent, *earned], finance=0.1, reinvest=rate).value == pytest.approx(rate, rel=1e-7, abs=1e-9)


def test_it_is_one_rate_however_often_the_sign_changes():
    # by hand: 100 + 7 / 1.1^3 go out now; 100 after one period are 121 after three
    found = mirr([-100, 100, 0, -7], finance=0.1, reinvest=0.1).value
    assert found == pytest.approx((121 / (100 + 7 / 1.331)) ** (1 / 3) - 1, rel=1e-12)


@pytest.mark.parametrize(("flows", "what"), [([1, 2], "goes out"), ([-1, -2], "comes in"), ([], "comes in")])
def test_without_both_directions_there_is_no_rate(flows, what):
    assert mirr(flows, finance=0.1, reinvest=0.1) == NoEstimate(f"nothing {what}, so there is no rate of return")
