"""Cases at the edge of what can be declared or measured: each has an answer, or says why there is none."""

from decimal import Decimal

import pytest

from liftledger.domain.estimate import Interval
from liftledger.domain.report import encode
from liftledger.domain.value import Cost, Prior
from liftledger.finance.case import money
from tests.finance.lines import BUILD, case, interval, line, measured, metric, number, reason

RUN = Cost("run", "infrastructure", monthly=Decimal(100))


def made(*lines, **given):
    found = money(case([one.line for one in lines], **given), "USD", 0.95, lines)
    assert b"NaN" not in encode(found) and b"Infinity" not in encode(found)
    return found


def sales(effect=None, **declared):
    return measured(line(**declared), effect or interval(5.0, 2.0))


def test_a_horizon_of_one_month():
    found = made(sales(), months=1, discount=Decimal(0))
    assert [month.net for month in found.cash_flow] == [-2000, 500]
    assert number(found.summary.npv) == -1500
    assert reason(found.summary.payback) == "what was spent does not come back within 1 month"


def test_a_horizon_of_no_month_has_costs_and_no_benefits():
    found = made(sales(), months=0)
    assert [month.net for month in found.cash_flow] == [-2000]
    assert (number(found.summary.benefits), number(found.summary.npv)) == (0, -2000)
    assert reason(found.lines[0].break_even) == "the line brings nothing, whatever its effect"
    assert found.summary.p_negative.answer.value == 1


def test_without_costs_there_is_no_return_and_none_is_needed():
    total = made(sales(), costs=()).summary
    assert reason(total.roi) == "there are no costs"
    assert (number(total.costs), number(total.payback), number(total.break_even)) == (0, 0, 0)
    assert reason(total.irr_monthly) == "money comes in before any is spent, so there is no return on it"


def test_money_that_only_comes_in_has_no_rate_of_return():
    found = made(sales(), costs=(RUN,))
    assert all(month.net >= 0 for month in found.cash_flow)
    assert reason(found.summary.irr_annual) == "money comes in before any is spent, so there is no return on it"
    assert found.workings.row("summary.irr_monthly").values == (None,)


def test_money_that_only_goes_out_has_no_rate_of_return():
    found = made(sales(interval(-5.0, 1.0)), costs=(RUN,)).summary
    assert "the flows change sign never" in reason(found.irr_monthly)


@pytest.mark.parametrize("share", [0, 1])
def test_nobody_or_everybody_held_out(share):
    (found,) = made(sales(holdout=Decimal(share))).lines
    bare = made(sales()).lines[0]
    whole = number(bare.present_value)
    assert number(found.present_value) == whole * (1 - share)
    assert (found.forgone is None) == (share == 0)
    if found.forgone is not None:
        assert number(found.forgone) == pytest.approx(whole, rel=1e-12)
        assert reason(found.sign_change).startswith("the NPV is not above 0")


def test_what_the_holdout_forgoes_is_shown_and_never_subtracted():
    found = made(sales(holdout=Decimal("0.2")))
    (one,) = found.lines
    assert number(one.forgone) == pytest.approx(number(one.present_value) / 4, rel=1e-12)
    assert one.forgone.answer.low == pytest.approx(one.present_value.answer.low / 4, rel=1e-12)
    assert number(found.summary.npv) == pytest.approx(number(one.present_value) - 2000, rel=1e-12)
    assert "shown, never subtracted" in one.forgone.formula
    assert one.monthly.formula == "effect x units x (1 - holdout) x realisation, at full ramp and before decay"


def test_an_effect_without_error_is_certain_with_and_without_a_prior():
    for priors in ((), (Prior("revenue", 0.0, 1.0),)):
        found = made(sales(interval(5.0, 0.0)), priors=priors)
        answer = found.summary.npv.answer
        assert answer == Interval(answer.value, 0.0, answer.value, answer.value)
        assert number(found.lines[0].shrunk) == 5 and number(found.summary.p_negative) == 0


def test_an_effect_that_is_lost_after_a_month():
    found = made(sales(decay=Decimal(1)))
    assert [month.benefits["sales"] for month in found.cash_flow] == [0, 500, *[0] * 11]


def test_a_share_that_falls_to_nothing_is_a_loss_of_all_of_it():
    described = metric("converted", "share")
    one = measured(line(metric="converted", worth=Decimal(40)), interval(-1.0, 0.1), described=described)
    found = made(one)
    assert number(found.lines[0].monthly) == -4000
    assert number(found.lines[0].volume) == -100
    assert number(found.summary.npv) == pytest.approx(-2000 - sum(4000 / 1.1 ** (t / 12) for t in range(1, 13)))


def test_a_worth_below_0_makes_a_rise_a_loss_and_the_worse_end_of_chance_the_upper_one():
    found = made(sales(worth=Decimal(-3)))
    assert number(found.lines[0].monthly) == -1500
    assert number(found.lines[0].break_even) < 0
    bear, bull = found.workings.scenarios[1:3]
    assert bear.inputs["studies.test.luck"] > 0 > bull.inputs["studies.test.luck"]
    assert (
        bear.outcome["summary.npv"] < found.workings.scenarios[0].outcome["summary.npv"] < bull.outcome["summary.npv"]
    )


def test_no_unit_at_all():
    found = made(sales(units=Decimal(0)))
    assert number(found.summary.npv) == -2000
    assert reason(found.lines[0].break_even) == "the line brings nothing, whatever its effect"


def test_no_discount():
    found = made(sales(), discount=Decimal(0))
    assert {month.discount_factor for month in found.cash_flow} == {1.0}
    assert number(found.summary.npv) == 12 * 500 - 2000


def test_amounts_from_the_smallest_to_the_largest_keep_their_digits():
    for size in (Decimal("1e-6"), Decimal("1e12")):
        found = made(sales(units=100 * size), costs=(Cost("build", "x", once=2000 * size),))
        assert number(found.summary.roi) == pytest.approx(number(made(sales()).summary.roi), rel=1e-12)


def test_costs_begin_end_and_come_by_decision():
    tokens = Cost(
        "tokens", "LLM tokens", once=Decimal(50), monthly=Decimal(10), per_decision=Decimal("0.002"),
        decisions=Decimal(90_000), start=3, end=5,
    )  # fmt: skip
    found = made(sales(), costs=(BUILD, tokens), discount=Decimal(0))
    assert [month.costs for month in found.cash_flow] == [2000, 0, 0, 50 + 190, 190, 190, *[0] * 7]
    cost = found.costs[1]
    assert (number(cost.once), number(cost.monthly), number(cost.present_value)) == (50, 190, 620)
    assert cost.once.formula == "declared, at the end of month 3"
    assert cost.monthly.formula == "monthly + per decision x decisions, at each month's end, in months 3 to 5"
    assert cost.monthly.inputs == {"monthly": "10", "per decision": "0.002", "decisions": "90000"}


def test_a_cost_that_begins_after_the_last_month_costs_nothing():
    found = made(sales(), costs=(BUILD, Cost("late", "x", once=Decimal(9), monthly=Decimal(9), start=13)))
    assert number(found.costs[1].present_value) == 0


def test_of_the_programs_own_holdout_nothing_is_taken_off():
    found = made(sales(program=True, realisation=None))
    said = "nothing is taken off for the roll-out: the estimate is that of the program's own holdout."
    assert said in found.lines[0].reasons
    assert not any("realisation 100%" in one for one in found.reasons)
    assert number(found.lines[0].monthly) == 500


def test_a_rate_of_return_beyond_all_numbers_is_none():
    huge = sales(interval(1e20, 1.0), units=Decimal(1))
    total = made(huge, costs=(Cost("build", "x", once=Decimal("1e-9")),), months=1).summary
    assert number(total.irr_monthly) == pytest.approx(1e29, rel=1e-9)
    assert reason(total.irr_annual) == "the rate of return is beyond all numbers that can be written down"
