"""Excel's functions against the examples of their reference, and what defines them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.excel import mirr, npv_excel, xirr, xnpv
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


@pytest.mark.parametrize(
    ("first", "rest", "rate", "printed"),
    # Excel's function reference, NPV, recomputed with all digits by an independent script
    [
        (0, [-10000, 3000, 4200, 6800], 0.10, 1188.4434123352),
        (-40000, [8000, 9200, 10000, 12000, 14500], 0.08, 1922.0615549329),
        (-40000, [8000, 9200, 10000, 12000, 14500, -9000], 0.08, -3749.4650870156),
    ],
)
def test_excel_discounts_the_first_flow(first, rest, rate, printed):
    assert npv_excel(rate, rest) + first == pytest.approx(printed, rel=1e-12)
    assert npv(rate, [first, *rest]) == pytest.approx(printed, rel=1e-12)


def test_the_two_conventions():
    # -70000, 12000, ... at 8 %: numpy_financial.npv and pyxirr.npv 1390.9637856040; Excel's NPV of all 1287.9294311148
    given_flows = [-70000, 12000, 15000, 18000, 21000, 26000]
    assert npv(0.08, given_flows) == pytest.approx(1390.9637856040, rel=1e-12)
    assert npv_excel(0.08, given_flows) == pytest.approx(1287.9294311148, rel=1e-12)


def test_excels_example_of_flows_on_days():
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


def test_excels_example_of_the_modified_rate():
    # Excel's function reference, MIRR: 12.61 %, after three years -4.80 %, at 14 % 13.48 %
    flows = [-120000, 39000, 30000, 21000, 37000, 46000]
    assert mirr(flows, finance=0.10, reinvest=0.12).value == pytest.approx(0.1261, abs=5e-5)
    assert mirr(flows[:4], finance=0.10, reinvest=0.12).value == pytest.approx(-0.0480, abs=5e-5)
    assert mirr(flows, finance=0.10, reinvest=0.14).value == pytest.approx(0.1348, abs=5e-5)


@given(st.floats(1, 1e5), st.lists(st.floats(1, 1e5), min_size=1, max_size=20))
def test_reinvesting_at_the_internal_rate_gives_the_internal_rate(spent, earned):
    rate = irr([-spent, *earned]).value
    assert mirr([-spent, *earned], finance=0.1, reinvest=rate).value == pytest.approx(rate, rel=1e-7, abs=1e-9)


def test_the_modified_rate_is_one_however_often_the_sign_changes():
    # by hand: 100 + 7 / 1.1^3 go out now; 100 after one period are 121 after three
    found = mirr([-100, 100, 0, -7], finance=0.1, reinvest=0.1).value
    assert found == pytest.approx((121 / (100 + 7 / 1.331)) ** (1 / 3) - 1, rel=1e-12)


@pytest.mark.parametrize(("flows", "what"), [([1, 2], "goes out"), ([-1, -2], "comes in"), ([], "comes in")])
def test_without_both_directions_there_is_no_modified_rate(flows, what):
    assert mirr(flows, finance=0.1, reinvest=0.1) == NoEstimate(f"nothing {what}, so there is no rate of return")
