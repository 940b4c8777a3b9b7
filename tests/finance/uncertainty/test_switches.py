"""Switching values: put into the case, they make its NPV 0."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftledger.domain.cash import Exact
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Cost, Prior
from liftledger.finance.uncertainty.switches import switches
from liftledger.finance.workings.evaluation import Evaluation
from tests.finance.lines import case, interval, line, measured, worked

BUILD = Cost("build", "engineering", once=Decimal(20_000))
RUN = Cost("run", "x", per_decision=Decimal("0.01"), decisions=Decimal(10_000))


def made(effect=5.0, *, priors=(), **changed):
    """400 a month for each unit of effect, for three years, on 20,000 once and 100 a month."""
    given_ = {"worth": Decimal(5), "basis": "revenue", "ramp": 6, "decay": Decimal("0.02"), "units": Decimal(100)}
    sales = measured(line(**(given_ | changed)), interval(effect, 1.0))
    return worked(sales, costs=(BUILD, RUN), months=36, margin=Decimal("0.8"), priors=priors).workings


def found(workings):
    return {one.input: one.answer for one in switches(workings)}


@settings(max_examples=25)  # along one smooth curve
@given(st.floats(1, 40))
def test_at_a_switching_value_the_npv_is_0(effect):
    workings = made(effect)
    size = workings.row("summary.costs").values[0] + abs(workings.row("summary.benefits").values[0])
    exact = {name: answer.value for name, answer in found(workings).items() if isinstance(answer, Exact)}
    assert len(exact) >= 5
    for name, value in exact.items():
        npv = Evaluation(workings.months, workings.inputs, workings.rows, {name: value}).number("summary.npv")
        assert npv == pytest.approx(0, abs=1e-9 * size), name


def test_each_input_that_moves_the_npv_is_asked():
    asked = set(found(made(priors=(Prior("revenue", 0.0, 2.0),))))
    line_ = {
        f"lines.sales.{name}" for name in ("effect", "prior_mean", "units", "worth", "realisation", "ramp", "decay")
    }
    costs = {"costs.build.once", "costs.run.per_decision", "costs.run.decisions"}
    assert asked == {"discount", "margin", "pace", "overrun", "studies.test.luck"} | line_ | costs
    assert "lines.sales.holdout" in found(made(holdout=Decimal("0.1")))


def test_the_break_even_effect_and_realisation_are_among_them():
    workings = made(20.0)
    answers = found(workings)
    assert answers["lines.sales.effect"].value == pytest.approx(workings.row("lines.sales.break_even").values[0])
    assert answers["lines.sales.realisation"].value == pytest.approx(workings.row("summary.break_even").values[0])


def test_with_a_prior_the_effect_that_must_be_measured_is_the_larger():
    # half of what is measured is expected: prior 0 +- 1, se 1
    answers = [found(made(20.0, priors=priors))["lines.sales.effect"] for priors in ((), (Prior("revenue", 0.0, 1.0),))]
    assert answers[1].value == pytest.approx(2 * answers[0].value, rel=1e-9)


def test_the_discount_at_which_the_npv_is_0_is_the_rate_of_return():
    workings = made(3.0)
    rate = workings.row("summary.irr_annual").values[0]
    assert found(workings)["discount"].value == pytest.approx(rate, rel=1e-9)


def test_where_no_value_will_do_it_is_said_why():
    answers = found(made(1.0))
    assert answers["discount"] == NoEstimate("the NPV is below 0 at every value from 0 to 1")
    for name in ("margin", "lines.sales.realisation"):
        assert (
            answers[name].reason.startswith("it would have to be ") and "it cannot be above 1" in answers[name].reason
        )
    assert answers["lines.sales.ramp"] == NoEstimate("the NPV is below 0 at every value from 0 to 36")
    assert "cannot be below 0" in found(made(-20.0))["costs.build.once"].reason


def test_what_nothing_rests_on_has_none():
    nobody = worked(measured(line(holdout=Decimal(1)), interval(5.0, 2.0)), margin=Decimal("0.8")).workings
    answers = found(nobody)
    for name in ("margin", "lines.sales.units", "lines.sales.effect", "studies.test.luck"):
        assert answers[name] == NoEstimate("the NPV does not depend on it")


def test_one_month_is_long_enough():
    value = case([], months=1)
    found_ = found(worked(measured(line(), interval(5.0, 2.0)), months=value.months).workings)
    assert found_["costs.build.once"].value == pytest.approx(500 / 1.1 ** (1 / 12))


def test_a_worth_below_0_is_no_switching_value():
    rich = found(made(5.0, worth=Decimal(5), holdout=Decimal("0.1")))
    assert rich["lines.sales.worth"].value > 0
    gain = worked(
        measured(line(units=Decimal(100)), interval(5.0, 1.0)),
        measured(line(name="other", units=Decimal(100), worth=Decimal(5)), interval(5.0, 1.0)),
    )
    assert "cannot be below 0" in found(gain.workings)["lines.other.worth"].reason
