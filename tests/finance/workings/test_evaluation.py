"""Evaluation of many draws is that of each alone, and the sums that it takes apart are the sums that stand there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.workings import Constant, Input, Month, Nothing, Of, Row, apply
from liftledger.finance.uncertainty.draws import NPV, draw, npv
from liftledger.finance.workings.evaluation import Evaluation
from tests.finance.cases import large

MONTHS = 12
X, Y, SERIES = Of("x"), Of("y"), Of("series")
INPUTS = (
    Input("x", "x", "", 0.4, "assumption"),
    Input("y", "y", "", 3.0, "assumption"),
    Input("series", "series", "", 7.0, "assumption", series=tuple(float(n % 3) for n in range(MONTHS + 1))),
)


def evaluated(formula, given=None, *, monthly=False):
    return Evaluation(MONTHS, INPUTS, (Row("row", "", "", "", formula, monthly),), given)["row"]


def terms(by_month):
    """Formulas of numbers; `by_month`: of months too."""
    plain = [st.just(X), st.just(Y), st.sampled_from([Constant(0), Constant(1), Constant(12)])]
    return st.recursive(
        st.one_of(*plain, *([st.just(Month()), st.just(SERIES)] if by_month else [])),
        lambda parts: st.builds(
            lambda function, one, other: apply(function, one, other),
            st.sampled_from(["add", "subtract", "multiply", "minimum"]),
            parts,
            parts,
        ),
        max_leaves=8,
    )


@given(terms(by_month=True), terms(by_month=True))
def test_a_total_is_the_sum_of_its_months(flow, weight):
    draws = {"x": np.array([0.4, -1.5, 2.0]), "y": np.array([3.0, 0.0, 0.25])}
    total = evaluated(apply("product_over_months", flow, weight), draws)
    months = evaluated(flow, draws, monthly=True) * evaluated(weight, draws, monthly=True)
    whole = np.broadcast_to(months, (len(months), MONTHS + 1)).sum(axis=1, keepdims=True)
    assert np.broadcast_to(total, (3, 1)) == pytest.approx(np.broadcast_to(whole, (3, 1)), rel=1e-9, abs=1e-9)


@given(terms(by_month=True))
def test_each_draw_is_as_if_it_were_alone(flow):
    draws = {"x": np.array([0.4, -1.5, 2.0]), "y": np.array([3.0, 0.0, 0.25])}
    together = np.broadcast_to(evaluated(flow, draws, monthly=True), (3, MONTHS + 1))
    for place in range(3):
        alone = evaluated(flow, {name: values[place] for name, values in draws.items()}, monthly=True)
        assert together[place] == pytest.approx(np.broadcast_to(alone, (1, MONTHS + 1))[0], rel=1e-12)


@pytest.mark.parametrize(
    "exponent", [Month(), apply("maximum", Month() - 1, 0), 12 - Month(), Month() / 12, 0 - Month(), Constant(12)]
)
def test_powers_of_few_and_of_many_draws_are_powers(exponent):
    few = np.array([0.97, 0.5, 1.0, 1.21])
    powers = evaluated(exponent, monthly=True)
    for draws in (few, np.tile(few, 500)):
        found = evaluated(X**exponent, {"x": draws}, monthly=True)
        assert found == pytest.approx(draws[:, None] ** powers, rel=1e-13)


def test_a_power_that_is_no_number_is_nothing():
    for base, exponent in ((-1.0, 0.5), (10.0, 400.0), (0.0, -1.0)):
        row = Row("row", "", "", "", X**Y, monthly=False)
        assert Evaluation(MONTHS, INPUTS, (row,), {"x": base, "y": exponent}).number("row") is None


@pytest.mark.parametrize("function", ["over_months", "largest", "sign_changes"])
def test_what_is_one_number_of_all_months(function):
    flow = SERIES - X * Y  # 0 1 2 0 1 2 ... less 1.2, and less 0.5
    found = evaluated(apply(function, flow), {"x": np.array([0.4, 0.5]), "y": np.array([3.0, 1.0])})
    expected = {"over_months": [12 - 15.6, 12 - 6.5], "largest": [0.8, 1.5], "sign_changes": [8, 8]}
    assert found[:, 0] == pytest.approx(expected[function])


def test_the_month_that_a_number_names():
    found = evaluated(apply("in_month", SERIES * X, Y), {"x": np.array([2.0, 3.0]), "y": np.array([5.0, 99.0])})
    assert found[:, 0].tolist() == [4.0, 0.0]  # beyond the last month: the last


def test_what_rests_on_nothing_is_nothing():
    row = Row("row", "", "", "", apply("choose", X, Nothing("for no reason"), Y), monthly=False)
    assert Evaluation(MONTHS, INPUTS, (row,)).number("row") is None
    assert Evaluation(MONTHS, INPUTS, (row,), {"x": 0.0}).number("row") == 3.0


def test_the_npv_of_draws_is_that_of_each_draw_alone():
    workings = large(lines=3, costs=2)
    drawn = draw(workings, 8, seed=5)
    for place, found in enumerate(drawn.npv):
        given = {name: float(values[place]) for name, values in drawn.inputs.items()}
        assert found == pytest.approx(Evaluation(36, workings.inputs, workings.rows, given).number(NPV), rel=1e-9)


def test_blocks_of_draws_do_not_change_them(monkeypatch):
    workings = large(lines=2, costs=1)
    drawn = draw(workings, 100, seed=5)
    monkeypatch.setattr("liftledger.finance.workings.evaluation.BLOCK", 7)
    assert npv(workings, drawn.inputs, 100).tolist() == drawn.npv.tolist()


def test_other_draws_of_the_same_inputs_are_as_if_they_were_the_first():
    workings = large(lines=2, costs=1)
    first, second = (draw(workings, 2_400, seed=seed) for seed in (1, 2))
    evaluation = Evaluation(36, workings.inputs, workings.rows, first.inputs)
    assert evaluation[NPV][:, 0].tolist() == first.npv.tolist()
    assert evaluation.again(second.inputs)[NPV][:, 0].tolist() == second.npv.tolist()
