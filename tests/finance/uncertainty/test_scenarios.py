"""Scenarios: what they change, and that their outcome is that of the case with these inputs."""

from decimal import Decimal

import pytest

from liftledger.domain.value import Cost, Given, Prior, Scene
from liftledger.finance.uncertainty.scenarios import scenarios
from tests.finance.lines import interval, line, measured, worked

UNITS = Given(low=Decimal(80), high=Decimal(150))
COSTS = (
    Cost("build", "engineering", once=Decimal(2000)),
    Cost("run", "x", monthly=Decimal(50), given={"monthly": Given(low=Decimal(40), high=Decimal(90))}),
)
Z90 = 1.2815515655446004  # R: qnorm(0.9) = 1.2815515655446004


def found(*scenes, sales=None, **given):
    """A line on 100 units, of which there may be 80 to 150; a month costs 50, or 40 to 90."""
    one = sales or measured(line(given={"units": UNITS}, ramp=2), interval(5.0, 2.0))
    workings = worked(one, costs=COSTS, **given).workings
    return {scenario.name: scenario for scenario in scenarios(workings, scenes)}


def npv(effect=5.0, units=100, ramp=2, monthly=50, factor=1):
    one = measured(line(ramp=ramp, units=Decimal(units)), interval(effect, 2.0))
    costs = (
        Cost("build", "engineering", once=Decimal(2000 * factor)),
        Cost("run", "x", monthly=Decimal(monthly * factor)),
    )
    return worked(one, costs=costs).known("summary.npv")


def test_the_case_itself_comes_first_and_changes_nothing():
    base, *others = found().values()
    assert (base.name, base.inputs) == ("base", {})
    assert [one.name for one in others] == ["bear", "bull", "slow", "overrun_20", "overrun_60"]
    assert base.outcome["summary.npv"] == pytest.approx(npv(), rel=1e-12)


def test_bear_and_bull_put_effects_at_their_10_and_90_percent_points_and_ranges_at_their_ends():
    # more units and lower costs are better, whatever is declared first
    bear, bull = (found()[name] for name in ("bear", "bull"))
    assert bear.inputs == {
        "studies.test.luck": pytest.approx(-Z90, rel=1e-12), "lines.sales.units": 80, "costs.run.monthly": 90,
    }  # fmt: skip
    assert bull.inputs == {
        "studies.test.luck": pytest.approx(Z90, rel=1e-12), "lines.sales.units": 150, "costs.run.monthly": 40,
    }  # fmt: skip
    assert bear.outcome["summary.npv"] == pytest.approx(npv(5 - Z90 * 2, 80, monthly=90), rel=1e-9)
    assert bull.outcome["summary.npv"] == pytest.approx(npv(5 + Z90 * 2, 150, monthly=40), rel=1e-9)


def test_it_is_told_where_in_its_range_each_input_is():
    ready = found()
    luck, ends = "studies.test.luck", {"lines.sales.units": "low", "costs.run.monthly": "high"}
    assert ready["bear"].ends == ends | {luck: pytest.approx(-Z90, rel=1e-12)}
    assert ready["bull"].ends == {
        "lines.sales.units": "high", "costs.run.monthly": "low", luck: pytest.approx(Z90, rel=1e-12),
    }  # fmt: skip
    assert all(ready[name].ends == {} for name in ("base", "slow", "overrun_20", "overrun_60"))


def test_a_declared_number_is_no_end_and_stays_even_where_it_is_the_cases():
    own = found(Scene("bear", ranges="low", inputs={"lines.sales.units": Decimal(100)}))["bear"]
    assert own.inputs == {"lines.sales.units": 100, "costs.run.monthly": 90}
    assert own.ends == {"costs.run.monthly": "high"}


def test_where_one_end_is_declared_the_other_is_the_number_itself():
    # a build of 2,000, or up to 3,000: at best it costs what is declared, and never less, nor more
    build = Cost("build", "engineering", once=Decimal(2000), given={"once": Given(high=Decimal(3000))})
    workings = worked(measured(line(), interval(5.0, 2.0)), costs=(build,)).workings
    bear, bull = (one for one in scenarios(workings, ()) if one.name in ("bear", "bull"))
    assert bear.inputs["costs.build.once"] == 3000
    assert "costs.build.once" not in bull.inputs and bull.outcome["summary.costs"] == 2000


def test_of_a_line_that_does_harm_fewer_units_are_the_better_end():
    harm = measured(line(given={"units": UNITS}), interval(-5.0, 2.0))
    assert found(sales=harm)["bear"].inputs["lines.sales.units"] == 150


def test_gains_that_take_twice_as_long_and_costs_that_overrun():
    ready = found()
    assert ready["slow"].inputs == {"pace": 2}
    assert ready["slow"].outcome["summary.npv"] == pytest.approx(npv(ramp=4), rel=1e-12)
    for name, factor in (("overrun_20", 1.2), ("overrun_60", 1.6)):
        assert ready[name].inputs == {"overrun": factor}
        assert ready[name].outcome["summary.npv"] == pytest.approx(npv(factor=factor), rel=1e-12)


def test_at_once_takes_a_month_and_so_twice_as_long_two():
    slow = found(sales=measured(line(ramp=0), interval(5.0, 2.0)))["slow"]
    assert slow.outcome["summary.npv"] == pytest.approx(npv(ramp=2), rel=1e-12)


def test_a_declared_scenario_stands_in_the_place_of_a_ready_one_or_after_them():
    own = Scene("bear", "Nobody comes.", luck=Decimal(-2), inputs={"lines.sales.units": Decimal(10)})
    late = Scene("late", pace=Decimal(3), overrun=Decimal("1.1"))
    names = list(found(own, late))
    assert names == ["base", "bear", "bull", "slow", "overrun_20", "overrun_60", "late"]
    ready = found(own, late)
    assert ready["bear"].inputs == {"studies.test.luck": -2, "lines.sales.units": 10}
    assert ready["bear"].description == "Nobody comes."
    assert ready["late"].inputs == {"pace": 3, "overrun": 1.1}
    assert ready["late"].outcome["summary.npv"] == pytest.approx(npv(ramp=6, factor=1.1), rel=1e-12)


def test_what_a_scenario_changes_of_a_line_that_is_not_priced_is_said():
    own = Scene("more", "More of all.", inputs={"lines.other.units": Decimal(10), "lines.sales.units": Decimal(200)})
    more = found(own)["more"]
    assert more.inputs == {"lines.sales.units": 200}
    assert more.description == "More of all. Without lines.other.units, of what is not priced."


def test_an_outcome_without_a_number_is_none():
    hopeless = found(Scene("none", inputs={"lines.sales.units": Decimal(0)}))["none"].outcome
    assert (
        hopeless["summary.payback"] is None
        and hopeless["summary.break_even"] is None
        and hopeless["summary.irr_annual"] is None
    )
    assert hopeless["closed_form.p_negative"] == 1 and hopeless["summary.benefits"] == 0
    assert hopeless["summary.npv"] == -hopeless["summary.costs"]


def test_a_prior_is_in_each_scenario():
    prior = Prior("revenue", 0.0, 2.0)
    shrunk = found(priors=(prior,))["bear"].outcome["summary.npv"]
    assert shrunk == pytest.approx(npv(2.5 - Z90 * 2**0.5, 80, monthly=90), rel=1e-9)
