"""Formulas as a spreadsheet reads them: what binds tighter there than on paper stands in parentheses."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.workings import Constant, Month, Nothing, Of, apply
from liftledger.finance.formulas.irr import Rate, irr
from liftledger.report.workbook.formulas import Writing
from liftledger.report.workbook.helpers import first_rate, sign_changes, signs, turning
from liftledger.report.workbook.places import BEFORE, HERE, Place, letters

PLACES = {
    "a": Place(10, sheet="Inputs", name="units"),
    "b": Place(11),
    "c": Place(12),
    "flow": Place(20, monthly=True),
    "factor": Place(21, monthly=True),
}
WRITING = Writing(PLACES, Place(3, monthly=True), 12, {"flow": Place(23, monthly=True)}, {"flow": Place(24)})
A, B, C, FLOW, FACTOR = map(Of, PLACES)


def written(formula):
    return WRITING.formula(formula, Place(30, monthly=True)).replace(HERE, "H").replace(BEFORE, "G")


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (A * (1 - B), "=units*(1-$D$12)"),
        (A - (B - C), "=units-($D$12-$D$13)"),
        (A / (B * C), "=units/($D$12*$D$13)"),
        (A * B / C, "=units*$D$12/$D$13"),
        ((A + B) ** C, "=(units+$D$12)^$D$13"),
        ((A**B) ** C, "=(units^$D$12)^$D$13"),
        (-(A * B), "=-units*$D$12"),
        (-(A**B), "=0-units^$D$12"),  # -a^b is (-a)^b in a spreadsheet
        ((-A) ** 2, "=SUMSQ(-units)"),
        (A**2, "=units*units"),
        (apply("add", A**2, (B + C) ** 2, 0), "=SUMSQ(units,$D$12+$D$13)"),
        (apply("add", A, 0), "=units"),
        (apply("add", 0), "=0"),
        (A + -B, "=units-$D$12"),
        (apply("less", A, B), "=N(units<$D$12)"),
        (apply("choose", apply("less", A, B), A / B, Nothing("never")), '=IF(units<$D$12,units/$D$12,"none")'),
        (apply("choose", A - B, 1, 0), "=IF(units-$D$12<>0,1,0)"),
        (FLOW * FACTOR, "=H21*H22"),
        (FLOW * A, "=H21*units"),
        (Month() / 12, "=H$4/12"),
        (apply("so_far", FLOW - FACTOR), "=G31+H21-H22"),
        (apply("over_months", FLOW), "=SUM($F21:$R21)"),
        (apply("largest", Month()), "=MAX($F4:$R4)"),
        (apply("product_over_months", FLOW, FACTOR), "=SUMPRODUCT($F21:$R21,$F22:$R22)"),
        (apply("in_month", FLOW, A - 1), "=INDEX($F21:$R21,MIN(MAX(units-1,0),$R4)+1)"),
        (apply("sign_changes", FLOW), "=SUM($F24:$R24)"),
        (apply("irr", FLOW), "=IRR($F21:$R21,$D$25)"),
        (apply("normal_cdf", -A / B), "=NORMSDIST((-units)/$D$12)"),
        (apply("root", apply("minimum", A, apply("absolute", B))), "=SQRT(MIN(units,ABS($D$12)))"),
    ],
)
def test_a_formula_reads_as_it_is_meant(formula, text):
    assert written(formula) == text


def test_a_number_other_than_0_1_and_12_is_refused():
    with pytest.raises(AssertionError, match="must be an input"):
        written(A * Constant(30))


def test_columns_are_counted_in_letters():
    assert [letters(column) for column in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@given(st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 3.0]), min_size=1, max_size=9))
def test_changes_of_sign_are_counted_step_by_step_over_months_of_0(flows):
    real = [flow > 0 for flow in flows if flow]
    counted = sum(one != other for one, other in itertools.pairwise(real))
    assert sum(turning(signs(flows))) == counted
    rows = sign_changes(Place(1, monthly=True), "Net", 4, lambda: flows)
    assert sum(rows[1].values()) == counted


money = st.floats(0.01, 1e6)


@given(money, st.lists(st.just(0.0) | money, min_size=1, max_size=24).filter(any))
def test_the_search_begins_at_or_below_the_rate_of_return_where_all_goes_out_at_the_beginning(once, back):
    flows = [-once, *back]
    rate = irr(flows)
    assert isinstance(rate, Rate)
    rows = first_rate(Place(1, monthly=True), "Net", 4, lambda: flows, Place(3, monthly=True), len(back))
    (start,) = rows[-1].values()
    assert -1 < start <= rate.value + 1e-9 * max(1, abs(rate.value))
