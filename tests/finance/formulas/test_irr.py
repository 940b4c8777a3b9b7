"""Rates of return against printed ones, polynomial roots, and what defines them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.irr import irr, sign_changes
from liftledger.finance.formulas.npv import monthly_rate, npv
from tests.finance.lines import summarised

spent = st.lists(st.floats(0, 1e5), min_size=1, max_size=5)
earned = st.lists(st.floats(0, 1e5), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        # Excel's function reference, IRR, with all digits as in vectors/finance.json
        ([-70000, 12000, 15000, 18000, 21000], -0.02124484827341102),
        ([-70000, 12000, 15000, 18000, 21000, 26000], 0.08663094803653357),
        ([-70000, 12000, 15000], -0.4435069413347405),
        ([-100, 39, 59, 55, 20], 0.28094842116),  # numpy_financial.irr prints 0.28095; the digits are from numpy.roots
        ([-100, 110], 0.1),  # one period at 10 %
        ([0, 0, -100, 0, 121], 0.1),  # waiting does not change a rate
        ([-100, 1e-6], 1e-8 - 1),  # nearly all is lost
        ([-1e-6, 100], 1e8 - 1),
    ],
)
def test_printed_rates(flows, rate):
    assert irr(flows).value == pytest.approx(rate, rel=1e-10)


@given(spent, earned)
def test_at_its_rate_the_present_value_is_0(out, back):
    flows = [*(-flow - 1 for flow in out), *back, 1.0]
    rate = irr(flows).value
    assert rate > -1
    assert npv(rate, flows) == pytest.approx(0, abs=1e-9 * npv(rate, [abs(flow) for flow in flows]))


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_roots_of_the_polynomial(seed):
    rng = np.random.default_rng(seed)
    flows = [*-rng.uniform(1, 100, 2), *rng.uniform(0, 30, 12)]
    roots = np.roots(flows)  # in 1 + rate
    (real,) = [root.real for root in roots if abs(root.imag) < 1e-9 and root.real > 0]
    assert irr(flows).value == pytest.approx(real - 1, rel=1e-9)


@given(spent, earned, st.floats(0.01, 100))
def test_neither_scale_nor_sign_changes_it(out, back, factor):
    flows = [*(-flow - 1 for flow in out), *back, 1.0]
    rate = irr(flows).value
    assert irr([factor * flow for flow in flows]).value == pytest.approx(rate, rel=1e-9, abs=1e-9)
    assert irr([-flow for flow in flows]).value == rate


def test_ten_years_of_months_and_more_do_not_overflow():
    assert irr([-1.0, *[0.0] * 1500, 1.01**1501]).value == pytest.approx(0.01, rel=1e-10)
    assert irr([-(1.01**1501), *[0.0] * 1500, 1.0]).value == pytest.approx(1 / 1.01 - 1, rel=1e-10)


@pytest.mark.parametrize(
    ("flows", "times"),
    [
        ([-100, 100, 0, -7], "twice"),  # the rates -8.33 % and 7.6 % both solve it
        ([-5, 10.5, 1, -8, 1], "3 times"),
        ([100, 39], "never"),
        ([-100, -39], "never"),
        ([0, 0], "never"),
        ([], "never"),
    ],
)
def test_without_exactly_one_change_of_sign_there_is_no_rate(flows, times):
    assert irr(flows) == NoEstimate(
        f"the flows change sign {times}; a rate of return is clear only where there is exactly one"
    )


def test_zeros_are_no_change_of_sign():
    assert sign_changes([-1, 0, -1, 0, 0, 2, 0]) == 1


def test_an_annual_rate_is_twelve_months_of_the_monthly():
    def annual(monthly):
        return summarised([-1.0, 1 + monthly]).number("summary.irr_annual")

    assert annual(monthly_rate(0.1)) == pytest.approx(0.1, rel=1e-12)
    assert annual(1.0) == pytest.approx(4095, rel=1e-12)  # 2^12 - 1
    assert annual(-1 + 1e-12) == pytest.approx(-1, abs=1e-12)
    assert annual(1e30) is None
