"""Scenarios change what the case has, within what it may be."""

from decimal import Decimal

import pytest

from liftledger.definitions import digest
from liftledger.definitions.scenarios import input_names
from liftledger.domain.estimate import Interval
from liftledger.domain.value import Scene
from liftledger.finance.evidence.priced import Priced, prior_of
from liftledger.finance.workings.inputs import inputs
from tests.definitions.project import CASE, changed, mistakes, project


def with_scenarios(*scenarios: str, text: str = CASE) -> str:
    named = "".join(f"    {name}: {{{one}}}\n" for name, one in zip("abc", scenarios, strict=False))
    return changed(("truth: truth.json", f"  scenarios:\n{named}truth: truth.json"), text=text)


def said_of(folder, *scenarios: str) -> list[str]:
    return [said.partition(": ")[2] for said in mistakes(folder, with_scenarios(*scenarios))]


def test_everything_that_can_be_said_of_a_scenario(tmp_path):
    text = with_scenarios(
        "description: A   bad year., luck: -1.28, pace: 2, overrun: 1.2, ranges: low, inputs: {margin: 70%, "
        "lines.faster.units: 900}"
    )
    inputs = {"margin": Decimal("0.7"), "lines.faster.units": Decimal(900)}
    assert project(tmp_path, text).value.scenarios == (
        Scene("a", "A bad year.", Decimal("-1.28"), Decimal(2), Decimal("1.2"), "low", inputs),
    )


@pytest.mark.parametrize(
    "name",
    [
        "discount",
        "pace",
        "overrun",
        "studies.guide.luck",
        "lines.faster.effect",
        "lines.faster.prior_sd",
        "lines.faster.worth",
        "lines.gain.prior_mean",
        "costs.build.once",
        "costs.serving.monthly",
    ],
)
def test_inputs_that_a_case_has(tmp_path, name):
    assert said_of(tmp_path, f"inputs: {{{name}: 0.5}}") == []


def of_workings(value) -> set[str]:
    """Names of all inputs of the case, where each line is priced."""
    known = Interval(0.0, 0.0, 0.0, 0.0)
    lines = [Priced(line, known, prior_of(line, value.priors), counted=known) for line in value.lines]
    return {one.name for one in inputs(lines, value, "", 0.0)}


def test_the_inputs_are_those_of_the_workings(tmp_path):
    text = CASE.replace("once: 120000}", "once: 1, per_decision: 1, decisions: 2, start: 1, end: 9}")
    value = project(tmp_path, text).value
    names = input_names(value.lines, value.costs, margin=True, priors=[prior.metric for prior in value.priors])
    others = {"confidence", "lines.gain.campaign"}  # no levers
    assert {*names, *others} == of_workings(value)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("inputs: {margin: 1.2}", ".inputs.margin is 1.2; margin lies between 0 and 1 (0% and 100%)"),
        ("inputs: {discount: 10}", ".inputs.discount is 10; discount lies between 0 and 1 (0% and 100%)"),
        ("inputs: {lines.faster.units: -5}", ".inputs.lines.faster.units is -5; it must not be below 0"),
        (
            "inputs: {lines.faster.unit: 5}",
            ".inputs.lines.faster.unit: the case has no input 'lines.faster.unit'; did you mean 'lines.faster.units'?",
        ),
        (
            "inputs: {lines.fewer.worth: 5}",  # each category has a worth of its own
            ".inputs.lines.fewer.worth: the case has no input 'lines.fewer.worth'; did you mean 'lines.faster.worth'?",
        ),
        (
            "inputs: {weather: 5}",
            ".inputs.weather: the case has no input 'weather'; name one such as costs.serving.monthly or discount",
        ),
        ("inputs: {margin: many}", ".inputs.margin is 'many'; it takes a number, or a percentage such as 2%"),
        ("inputs: {}", ": it changes nothing; add such as `overrun: 1.2`, or remove it"),
        ("pace: 0", ".pace is '0'; it must be above 0"),
        ("ranges: worst", ".ranges is 'worst'; it takes low or high"),
    ],
)
def test_what_is_wrong_with_a_scenario(tmp_path, scenario, said):
    assert said_of(tmp_path, scenario) == [f"value.scenarios.a{said}"]


@pytest.mark.parametrize(("month", "right"), [("3", True), ("24", True), ("2.5", False), ("25", False), ("-1", False)])
def test_a_cost_moves_to_a_whole_month_of_the_cash_flow_or_its_money_would_be_lost(tmp_path, month, right):
    text = with_scenarios(f"inputs: {{costs.build.start: {month}}}").replace("once: 120000", "once: 120000, start: 1")
    cure = "write a whole month of the cash-flow, from 0 to 24"
    said = [f"value.scenarios.a.inputs.costs.build.start is {month}; {cure}"]
    assert [one.partition(": ")[2] for one in mistakes(tmp_path, text)] == ([] if right else said)


def test_the_case_itself_is_no_other_scenario(tmp_path):
    (said,) = mistakes(tmp_path, with_scenarios("overrun: 2").replace("    a: {", "    base: {"))
    assert said.endswith(": 'base' is the case itself; change the case, or give the scenario another name")


def test_inputs_of_a_line_with_a_mistake_are_not_another_mistake(tmp_path):
    text = with_scenarios("inputs: {lines.gain.units: 5}").replace("units: 300", "units: many")
    (said,) = mistakes(tmp_path, text)
    assert "value.lines.gain.units is 'many'" in said


def test_scenarios_count_in_the_hash_and_their_order_does_not(tmp_path):
    one, other = "overrun: 2", "pace: 2"
    both = digest(project(tmp_path, with_scenarios(one, other)))
    text = with_scenarios(other, one)
    swapped = text.replace("    a: {", "    _: {").replace("    b: {", "    a: {").replace("    _: {", "    b: {")
    assert digest(project(tmp_path, swapped)) == both != digest(project(tmp_path, CASE))
