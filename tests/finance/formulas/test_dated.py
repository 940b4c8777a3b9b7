"""Flows on days: Excel's example, and equal periods as the special case."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.dated import xirr, xnpv
from liftledger.finance.formulas.irr import BEYOND, irr
from liftledger.finance.formulas.npv import npv

# Excel's function reference, XNPV and XIRR; all digits as in vectors/finance.json (LibreOffice 7.4: 2086.64760203154
# and 0.373362533518832)
EXCEL = [
    (date(2008, 1, 1), -10000.0),
    (date(2008, 3, 1), 2750.0),
    (date(2008, 10, 30), 4250.0),
    (date(2009, 2, 15), 3250.0),
    (date(2009, 4, 1), 2750.0),
]
START = date(2025, 1, 1)


def yearly(flows):
    return [(START + timedelta(days=365 * year), flow) for year, flow in enumerate(flows)]


def test_excels_example():
    assert xnpv(0.09, EXCEL) == pytest.approx(2086.647602031536, rel=1e-12)
    assert xirr(EXCEL).value == pytest.approx(0.37336253351883153, rel=1e-12)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=10), st.floats(-0.5, 2))
def test_at_365_days_apart_it_is_the_npv(flows, rate):
    assert xnpv(rate, yearly(flows)) == pytest.approx(npv(rate, flows), rel=1e-12, abs=1e-6)


@given(st.floats(1, 1e5), st.lists(st.floats(1, 1e5), min_size=1, max_size=10))
def test_at_365_days_apart_it_is_the_irr(spent, earned):
    flows = [-spent, *earned]
    assert xirr(yearly(flows)).value == pytest.approx(irr(flows).value, rel=1e-9, abs=1e-9)


@given(st.permutations(EXCEL))
def test_the_order_of_the_list_does_not_matter_to_the_rate(flows):
    assert xirr(flows) == xirr(EXCEL)


def test_flows_of_one_day_are_one_flow():
    split = [(START, -150.0), (START, 50.0), (START + timedelta(days=365), 110.0)]
    assert xirr(split).value == pytest.approx(0.1, rel=1e-12)


def test_at_its_rate_the_present_value_is_0():
    assert xnpv(xirr(EXCEL).value, EXCEL) == pytest.approx(0, abs=1e-9)


def test_ten_for_one_overnight_has_no_annual_rate():
    # 10^365 - 1 a year
    assert xirr([(START, -1.0), (START + timedelta(days=1), 10.0)]) == BEYOND


def test_flows_that_only_come_in_have_no_rate():
    assert isinstance(xirr(yearly([1.0, 2.0])), NoEstimate)
