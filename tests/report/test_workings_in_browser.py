"""The page's evaluator beside the report's: the same rows for the same inputs, to nine digits, in a real browser."""

import math
from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy import special

import liftledger.report
from liftledger.domain.value import Cost, Prior
from liftledger.domain.workings import Input, Nothing, Of, Row, Workings, apply
from liftledger.finance.case import money
from liftledger.finance.workings.evaluation import Evaluation
from tests.finance.accounts import accounts
from tests.finance.evidence.test_worth import LIFETIME, derived, read_off, stays
from tests.finance.lines import case, interval, line, measured, metric
from tests.finance.test_golden import PRIOR, golden
from tests.report.cases import cased_report

pytestmark = pytest.mark.browser

SCRIPT = Path(liftledger.report.__file__).parent / "assets/workings.js"


@pytest.fixture(scope="module")
def tab(chromium):
    tab = chromium.new_page()
    tab.add_script_tag(path=SCRIPT)
    yield tab
    tab.close()


def in_browser(tab, workings, given=None):
    """Every row as the browser finds it."""
    return tab.evaluate(
        """([workings, given]) => {
          const found = new Evaluation(workings, given);
          return Object.fromEntries(workings.rows.map((row) => [row.name, found.numbers(row.name)]));
        }""",
        [msgspec.to_builtins(workings), given or {}],
    )


def in_report(workings, given=None):
    found = Evaluation(workings.months, workings.inputs, workings.rows, given)
    return {row.name: list(found.numbers(row.name)) for row in workings.rows}


def assert_same(tab, workings, given=None):
    there, here = in_browser(tab, workings, given), in_report(workings, given)
    assert there.keys() == here.keys()
    # amounts that cancel to about 0 are not held to digits that floating point does not have
    largest = max((abs(value) for values in here.values() for value in values if value is not None), default=0.0)
    units = {row.name: row.unit for row in workings.rows}
    for name, values in here.items():
        blur = largest * 1e-14 if units[name].startswith(workings.currency) else 0.0
        assert [value is None for value in there[name]] == [value is None for value in values], name
        known = [(one, other) for one, other in zip(there[name], values, strict=True) if one is not None]
        for one, other in known:
            assert one == pytest.approx(other, rel=1e-9, abs=blur), name


def made_case(seed):
    """Three lines of two studies, one a campaign, and two costs, with numbers drawn by `seed`."""
    rng = np.random.default_rng(seed)
    lines = [
        line("sales", units=amount(rng, 50, 5000), ramp=int(rng.integers(0, 7)), decay=share(rng, 0.1),
             realisation=share(rng, 1), basis="revenue"),
        line("tickets", study="other", metric="tickets", per="unit-month", units=amount(rng, 1e3, 1e5),
             worth=amount(rng, 1, 30), basis="saving"),
        line("mail", metric="orders", per="campaign", units=amount(rng, 1e4, 1e5), months=(1, 4, 9),
             worth=amount(rng, 1, 9), basis="margin"),
    ]  # fmt: skip
    found = [
        measured(lines[0], interval(float(rng.normal(3, 2)), 1.0)),
        measured(lines[1], interval(float(rng.normal(-0.1, 0.1)), 0.05), described=metric("tickets", "per 30 days"),
                 direction=-1),
        measured(lines[2], interval(float(rng.normal(0.01, 0.01)), 0.004), described=metric("orders", "share")),
    ]  # fmt: skip
    costs = (
        Cost("build", "engineering", once=amount(rng, 1e3, 2e5)),
        Cost("run", "models", monthly=amount(rng, 1, 5e3)),
    )
    value = case(lines, costs=costs, months=int(rng.integers(10, 48)), margin=share(rng, 1),
                 discount=share(rng, 0.4), priors=(Prior("revenue", 0.5, 1.5),))  # fmt: skip
    return money(value, "USD", 0.95, found).workings


def amount(rng, low, high):
    return Decimal(f"{math.exp(rng.uniform(math.log(low), math.log(high))):.4g}")


def share(rng, most):
    return Decimal(f"{rng.uniform(0.01, most):.4g}")


@pytest.mark.parametrize("priors", [(), (PRIOR,)])
def test_the_golden_case(tab, priors):
    found = golden(*priors)
    rows = in_browser(tab, found.workings)
    assert rows["summary.npv"] == [pytest.approx(found.summary.npv.answer.value, rel=1e-12)]
    assert_same(tab, found.workings)


@pytest.mark.parametrize("seed", range(12))
def test_generated_cases(tab, seed):
    assert_same(tab, made_case(seed))


@pytest.mark.parametrize("place", range(20))
def test_changed_inputs(tab, place):
    # every input in turn, moved down and up by a part of itself, or away from 0
    workings = cased_report().money.workings
    one = workings.inputs[place % len(workings.inputs)]
    for factor in (0.35, 1.7):
        assert_same(tab, workings, {one.name: one.value * factor if one.value else factor - 1})


def test_worth_that_is_earned_over_time(tab):
    one = read_off(stays(ramp=2, decay=Decimal("0.02")), derived(LIFETIME, accounts(), None))
    workings = money(case([one.line], months=36), "USD", 0.95, [one]).workings
    assert_same(tab, workings)
    assert_same(tab, workings, {"lines.stay.stays": 0.8, "lines.stay.first": 0.1})


def test_scenarios(tab):
    workings = cased_report().money.workings
    for scene in workings.scenarios:
        assert_same(tab, workings, scene.inputs)


def test_the_normal_distribution_into_its_far_tails(tab):
    points = [*np.linspace(-37, 8, 181).tolist(), 0.0, 1e-9, -2.5, 2.5]
    assert tab.evaluate("points => points.map(normalCdf)", points) == pytest.approx(special.ndtr(points), rel=1e-11)
    shares = [1e-300, 1e-40, 1e-9, 0.001, 0.31, 0.5, 0.500001, 0.9, 0.975, 1 - 1e-12]
    assert tab.evaluate("shares => shares.map(normalQuantile)", shares) == pytest.approx(
        special.ndtri(shares), rel=1e-11, abs=1e-15
    )
    assert tab.evaluate("[0, 1].map(normalQuantile)") == [-math.inf, math.inf]
    assert all(map(math.isnan, tab.evaluate("[-0.1, 1.1, NaN].map(normalQuantile)")))


def rows_of(inputs, *formulas):
    rows = tuple(Row(f"row.{place}", "", "", "", formula, False) for place, formula in enumerate(formulas))
    return Workings(3, "USD", tuple(Input(name, "", "", value, "finance") for name, value in inputs.items()), rows)


def test_what_has_no_number_has_none_in_both(tab):
    a, zero = Of("a"), Of("zero")
    workings = rows_of(
        {"a": -2.0, "zero": 0.0},
        a / zero,
        apply("root", a),
        apply("choose", zero, a, Nothing("there are no costs")),
        apply("choose", a / zero - a / zero, a, zero),  # what is no number is not 0
        apply("less", Nothing("unknown"), 1),
        apply("minimum", a, Nothing("unknown")),
        apply("power", 1, Nothing("unknown")),
        apply("in_month", Of("a"), Nothing("unknown")),
        apply("sign_changes", Nothing("unknown")),
        apply("irr", a),
    )
    assert_same(tab, workings)
    assert in_report(workings)["row.2"] == [None]


def test_the_reason_of_what_has_no_number_is_said(tab):
    workings = rows_of(
        {"costs": 0.0, "npv": 5.0},
        apply("choose", Of("costs"), Of("npv") / Of("costs"), Nothing("there are no costs")),
        Of("row.0") * 12,
    )
    said = tab.evaluate(
        "workings => ['row.0', 'row.1'].map((name) => new Evaluation(workings).reason(name))",
        msgspec.to_builtins(workings),
    )
    assert said == ["there are no costs", "there are no costs"]


@pytest.mark.parametrize(
    "flows",
    [
        [-100.0, 39.0, 59.0, 55.0],
        [-1.0, 1e-6, 0.0, 0.0],
        [1.0, 0.0, 0.0, -1e9],
        [-1.0, 3.0, -2.0, 1.0],
        [1.0, 1.0, 1.0, 1.0],
        [-1e300, 1e-300, 0.0, 0.0],
    ],
)
def test_the_rate_of_return(tab, flows):
    flow = Input("flow", "", "", sum(flows), "finance", series=tuple(flows))
    rows = (Row("irr", "", "", "", apply("irr", Of("flow")), False),)
    assert_same(tab, Workings(3, "USD", (flow,), rows))
