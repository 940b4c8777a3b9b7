"""Which inputs may be moved, how far, and that no slider leads where an input cannot be."""

import msgspec
import pytest

from liftledger.report.amounts import amount
from liftledger.report.what_if import told, what_if, written
from tests.finance.test_golden import golden
from tests.report.cases import cased_report


@pytest.fixture(scope="module")
def money():
    return cased_report().money


@pytest.fixture(scope="module")
def levers(money):
    return {lever.name: lever for group in what_if(money, 0.95).groups for lever in group.levers}


def test_rates_come_first_then_each_line_and_each_cost(money):
    assert [group.name for group in what_if(money, 0.95).groups] == [
        "The whole case", "Faster start", "Fewer tickets", "Expansion", "Build", "Serving",
    ]  # fmt: skip


def test_what_is_believed_or_drawn_is_not_moved_by_hand_and_neither_is_a_cost_of_0(levers):
    assert {"discount", "margin", "pace", "overrun", "lines.expansion.effect", "costs.build.once"} <= levers.keys()
    assert not {"lines.expansion.se", "lines.expansion.prior_sd", "studies.offers.luck", "costs.build.monthly"} & (
        levers.keys()
    )


def test_shares_are_moved_in_percent_and_differences_of_shares_in_points(levers):
    margin, effect = levers["margin"], levers["lines.faster_start.effect"]
    assert (margin.value, margin.unit, margin.low, margin.high, margin.most) == ("80", "%", "0", "100", "100")
    assert (effect.value, effect.unit, effect.scale) == ("5.5", "pp", 100)
    assert levers["discount"].unit == "% per year"


def test_a_slider_reaches_what_was_declared_as_possible_and_nothing_that_cannot_be(levers):
    for lever in levers.values():
        low, high, value = float(lever.low), float(lever.high), float(lever.value)
        assert low <= value <= high and low < high
        assert not lever.least or low >= float(lever.least)
        assert not lever.most or high <= float(lever.most)
    assert float(levers["lines.faster_start.units"].high) >= 1500


def test_a_measured_effect_may_be_moved_to_0_and_beyond_its_interval(levers):
    effect = levers["lines.fewer_tickets.effect"]
    assert float(effect.low) <= -0.060 - 3 * 0.0098 + 0.001 and float(effect.high) == 0


def test_steps_are_round(levers):
    for lever in levers.values():
        assert lever.step.strip("0.") in ("1", "2", "5")
        assert 20 <= (float(lever.high) - float(lever.low)) / float(lever.step) <= 110


def test_the_browser_gets_every_input_and_every_formula(money):
    data = what_if(money, 0.95).data
    assert [one["name"] for one in data["inputs"]] == [one.name for one in money.workings.inputs]
    assert [row["name"] for row in data["rows"]] == [row.name for row in money.workings.rows]
    assert data["outcomes"]["summary.npv"] == {"unit": "USD", "se": "closed_form.npv_se"}


def test_what_is_reported_beside_the_what_if_is_what_its_formulas_give(money):
    reported = {one.row: one for one in what_if(money, 0.95).outcomes}
    sure = money.closed_form
    for row, figure in (("summary.npv", sure.npv), ("summary.roi", sure.roi), ("summary.benefits", sure.benefits)):
        assert reported[row].reported == amount(figure)
        assert reported[row].name.endswith(", by the effects alone")  # elsewhere it is over all that is uncertain
    assert reported["closed_form.p_negative"].reported.id == sure.p_negative.id
    assert reported["summary.payback"].name == "Payback"


def test_without_workings_there_is_nothing_to_move():
    assert what_if(msgspec.structs.replace(golden(), workings=None), 0.95) is None


def test_an_input_is_told_with_six_digits_and_all_before_the_point(money):
    inputs = {one.name: one for one in money.workings.inputs}
    assert told(inputs["lines.fewer_tickets.worth"]) == "13.4 USD"
    assert told(inputs["pace"]) == "1×"
    assert written(inputs["costs.build.once"], 1_125_001.4) == "1\u202f125\u202f001 USD"
    assert written(inputs["margin"], 0.123456789) == "12.3457%"
    assert written(inputs["lines.fewer_tickets.effect"], -0.0625) == "−0.0625 per 30 days"
