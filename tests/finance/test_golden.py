"""The golden case F-GOLD of finance.md, computed by independent scripts: every line that is printed there.

100,000 customers, 5 % held out, 20 USD a month each, gross margin 80 %; lift 2 % +- 0.8 %, prior 0 +- 1 %; ramp of
three months, decay 3 % a month, 10 % a year, 36 months; 150,000 once and 10,000 a month. Here the effect is the lift
itself, as a share of the 20 USD that one of the 95,000 treated customers is worth.
"""

import math
from decimal import Decimal

import msgspec
import pytest
from scipy import special

from liftledger.domain.cash import Exact
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Cost, Prior
from liftledger.finance.case import money
from liftledger.finance.formulas.npv import monthly_rate
from tests.finance.lines import case, interval, line, measured, metric, number, worked

COSTS = (
    Cost("build", "engineering", once=Decimal(150_000)),
    Cost("run", "infrastructure", monthly=Decimal(10_000)),
)
PRIOR = Prior("lift", 0.0, 0.01)
CENT = 0.005  # half of the last printed digit


def golden(*priors, treated=95_000, confidence=0.90):
    declared = line(
        metric="lift",
        per="unit-month",
        units=Decimal(treated),
        worth=Decimal(20),
        basis="revenue",
        ramp=3,
        decay=Decimal("0.03"),
    )
    value = case([declared], costs=COSTS, margin=Decimal("0.8"), months=36, priors=priors)
    one = measured(declared, interval(0.02, 0.008), described=metric("lift", "share"))
    return money(value, "USD", confidence, [one])


def by_hand(lift):
    """Benefits of months 1 to 36, and the net flows from month 0: the formula as it stands in finance.md."""
    benefits = [95_000 * 20 * 0.8 * lift * min(t / 3, 1) * 0.97 ** (t - 1) for t in range(1, 37)]
    return benefits, [-150_000, *(benefit - 10_000 for benefit in benefits)]


def present(flows, first):
    return sum(flow / 1.1 ** (t / 12) for t, flow in enumerate(flows, first))


def test_the_discount_rate():
    assert monthly_rate(0.10) == pytest.approx(0.007974140428903764, rel=1e-14)


def test_present_value_of_a_lift_of_100_percent_and_of_the_costs():
    raw = golden()
    of_one = float(raw.lines[0].break_even.inputs["present value of one unit of effect"])
    assert of_one == pytest.approx(28_492_967.97483511, rel=1e-11)  # inputs are written with 12 digits
    assert number(raw.lines[0].present_value) / 0.02 == pytest.approx(28_492_967.97483511, rel=1e-14)
    assert number(raw.summary.costs) == pytest.approx(461_864.5844221865, rel=1e-14)


def test_raw():
    total = golden().summary
    assert number(total.benefits) == pytest.approx(569_859.36, abs=CENT)
    assert number(total.npv) == pytest.approx(107_994.78, abs=CENT)
    assert number(total.roi) == pytest.approx(0.2338, abs=5e-5)
    assert number(total.payback) == pytest.approx(11.1363, abs=5e-5)
    assert number(total.discounted_payback) == pytest.approx(11.8311, abs=5e-5)
    assert number(total.irr_monthly) == pytest.approx(0.0598905, abs=5e-8)


def test_shrunk():
    found = golden(PRIOR)
    total, shrunk = found.summary, found.lines[0].shrunk.answer
    assert shrunk.value == pytest.approx(0.012195121951219513, rel=1e-14)
    assert shrunk.se == pytest.approx(0.006246950475544242, rel=1e-14)
    assert number(total.benefits) == pytest.approx(347_475.22, abs=CENT)
    assert number(total.npv) == pytest.approx(-114_389.37, abs=CENT)
    assert number(total.roi) == pytest.approx(-0.2477, abs=5e-5)
    assert isinstance(total.payback.answer, NoEstimate) and isinstance(total.discounted_payback.answer, NoEstimate)


def test_the_distribution_of_the_shrunk_npv():
    total = golden(PRIOR).summary
    npv = total.npv.answer
    assert (npv.low, npv.value, npv.high) == pytest.approx((-407_163.70, -114_389.37, 178_384.97), abs=CENT)
    assert npv.se == pytest.approx(177_994.16, abs=CENT)
    assert total.p_negative.answer == Exact(pytest.approx(0.7397770, abs=5e-8))
    u = abs(npv.value) / npv.se
    evpi = npv.se * (math.exp(-u * u / 2) / math.sqrt(2 * math.pi) - u * special.ndtr(-u))  # Raiffa & Schlaifer 1961
    assert evpi == pytest.approx(27_993.89, abs=CENT)


def test_break_even():
    for found in (golden(), golden(PRIOR)):
        assert number(found.lines[0].break_even) == pytest.approx(0.016209774, abs=5e-10)


def test_what_the_holdout_forgoes():
    # the same line over the 5,000 held-out customers
    assert number(golden(PRIOR, treated=5_000).lines[0].present_value) == pytest.approx(18_288.17, abs=CENT)


@pytest.mark.parametrize(("lift", "priors"), [(0.02, ()), (0.02 * 25 / 41, (PRIOR,))])
def test_agrees_with_the_formula_written_out_to_nine_digits(lift, priors):
    # the weight 0.01^2 / (0.01^2 + 0.008^2) is 25 / 41
    found = golden(*priors)
    benefits, flows = by_hand(lift)
    costs = 150_000 + present([10_000] * 36, 1)
    assert [month.benefits["sales"] for month in found.cash_flow] == pytest.approx([0, *benefits], rel=1e-9)
    assert [month.net for month in found.cash_flow] == pytest.approx(flows, rel=1e-9)
    assert number(found.summary.benefits) == pytest.approx(present(benefits, 1), rel=1e-9)
    assert number(found.summary.costs) == pytest.approx(costs, rel=1e-9)
    assert number(found.summary.npv) == pytest.approx(present(flows, 0), rel=1e-9)
    assert number(found.summary.roi) == pytest.approx(present(flows, 0) / costs, rel=1e-9)


def test_raw_payback_and_rate_written_out_to_nine_digits():
    _, flows = by_hand(0.02)
    total = golden().summary
    months = 11 - sum(flows[:12]) / flows[12]
    assert list(total.payback.inputs.values()) == ["money.cash_flow.11", "money.cash_flow.12"]
    assert number(total.payback) == pytest.approx(months, rel=1e-9)
    rate = number(total.irr_monthly)
    assert sum(flow / (1 + rate) ** t for t, flow in enumerate(flows)) == pytest.approx(0, abs=1e-5)
    assert number(total.irr_annual) == pytest.approx((1 + rate) ** 12 - 1, rel=1e-12)


def test_the_run_rate_is_not_the_first_year():
    # finance.md, decision 3: lift x base x 12 = 384,000 for all 100,000; modelled first year, shrunk: 170,819
    everyone, treated = golden(treated=100_000), golden(PRIOR)
    assert 12 * number(everyone.lines[0].monthly) == pytest.approx(384_000, rel=1e-12)
    assert sum(month.benefits["sales"] for month in treated.cash_flow[:13]) == pytest.approx(170_819, abs=0.5)


def test_the_price_of_one_unit_does_not_depend_on_the_effect():
    declared = line(metric="lift", worth=Decimal(20))
    found = {
        worked(measured(declared, interval(effect, 0.1))).known("lines.sales.present_of_one") for effect in (-1, 7)
    }
    assert len(found) == 1


def test_a_twelfth_of_the_annual_rate_would_take_1_871_from_the_shrunk_benefits():
    benefits, _ = by_hand(0.02 * 25 / 41)
    wrong = sum(benefit / (1 + 0.1 / 12) ** t for t, benefit in enumerate(benefits, 1))
    assert wrong - number(golden(PRIOR).summary.benefits) == pytest.approx(-1_871, abs=0.5)


def test_the_run_rate_is_2_and_a_quarter_times_the_first_year():
    everyone, treated = golden(treated=100_000), golden(PRIOR)
    year = sum(month.benefits["sales"] for month in treated.cash_flow[:13])
    assert 12 * number(everyone.lines[0].monthly) / year == pytest.approx(2.25, abs=0.005)


# Symmetries of the arithmetic, on the golden case.


def shown(found):
    """All numbers of the summary that are money, and all that are not."""
    total = found.summary
    return (
        [number(one) for one in (total.npv, total.benefits, total.costs)],
        [
            number(one)
            for one in (total.roi, total.payback, total.discounted_payback, total.irr_monthly, total.p_negative)
        ],
    )


def variant(*lines, costs=COSTS, margin="0.8", months=36, priors=(), effect=0.02, direction=1):
    value = case(lines, costs=costs, margin=Decimal(margin), months=months, priors=priors)
    found = interval(direction * effect, 0.008)
    described = metric("lift", "share", better="higher" if direction > 0 else "lower")
    return money(value, "USD", 0.9, [measured(one, found, described=described, direction=direction) for one in lines])


def sales(name="sales", units=95_000, worth=20, **given):
    return line(
        name, metric="lift", per="unit-month", units=Decimal(units), worth=Decimal(worth), basis="revenue", ramp=3,
        decay=Decimal("0.03"), **given,
    )  # fmt: skip


def test_money_in_thousandths_is_a_thousand_times_as_much_and_nothing_else_changes():
    mills = tuple(msgspec.structs.replace(one, once=one.once * 1000, monthly=one.monthly * 1000) for one in COSTS)
    (amounts, shares), (larger, same) = shown(variant(sales())), shown(variant(sales(worth=20_000), costs=mills))
    assert larger == pytest.approx([1000 * amount for amount in amounts], rel=1e-12)
    assert same == pytest.approx(shares, rel=1e-12)


def test_two_lines_of_half_the_units_are_the_line_of_all_of_them():
    one, two = shown(variant(sales())), shown(variant(sales("a", 47_500), sales("b", 47_500)))
    for whole, halves in zip(one, two, strict=True):
        assert halves == pytest.approx(whole, rel=1e-12)


def test_the_order_of_lines_and_costs_changes_nothing():
    lines = (sales("a", 60_000), sales("b", 35_000))
    assert shown(variant(*lines)) == shown(variant(*reversed(lines), costs=COSTS[::-1]))


def test_fewer_of_what_is_bad_is_worth_as_much_as_more_of_what_is_good():
    assert shown(variant(sales(), direction=-1)) == shown(variant(sales()))


def test_a_ramp_of_0_is_one_of_1():
    assert shown(variant(msgspec.structs.replace(sales(), ramp=0))) == shown(
        variant(msgspec.structs.replace(sales(), ramp=1))
    )


def test_one_month_is_one_flow():
    found = variant(sales(), months=1)
    benefit = 95_000 * 20 * 0.8 * 0.02 / 3
    assert number(found.summary.npv) == pytest.approx((benefit - 10_000) / 1.1 ** (1 / 12) - 150_000, rel=1e-12)
