"""The simulation against the golden case, the closed form, and the errors that it says it has."""

import msgspec
import numpy as np
import pytest

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.report import encode
from liftledger.finance.uncertainty.draws import Draws, draw
from liftledger.finance.uncertainty.simulation import simulate, simulation
from tests.finance.cases import large, with_inputs
from tests.finance.test_golden import CENT, PRIOR, golden

Z90 = 1.6448536269514722  # 95 % point of the normal distribution: R, qnorm(0.95)


def test_the_golden_case():
    # finance.md, F-GOLD: 20,000 antithetic draws, seed 20260101
    found = simulate(golden(PRIOR).workings)
    assert (found.draws, found.seed, found.drawn) == (20_000, 20_260_101, ("studies.test.luck",))
    assert found.number("mean") == pytest.approx(-114_389.37, abs=CENT)
    assert found.number("sd") == pytest.approx(180_480.74, abs=CENT)
    assert found.number("p_negative") == pytest.approx(0.7405, abs=5e-5)
    assert found.errors["mean"] == 0  # pairs cancel where the NPV is linear
    assert found.errors["p_negative"] < 0.0031  # that of independent draws


@pytest.mark.parametrize("priors", [(), (PRIOR,)])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_closed_form_where_the_npv_is_linear(priors, seed):
    case = golden(*priors, confidence=0.8)
    npv, found = case.summary.npv.answer, simulate(case.workings, seed=seed, confidence=0.8)
    expected = {
        "mean": npv.value,
        "sd": npv.se,
        "p5": npv.value - Z90 * npv.se,
        "p50": npv.value,
        "p95": npv.value + Z90 * npv.se,
        "low": npv.low,
        "high": npv.high,
        "p_negative": case.summary.p_negative.answer.value,
    }
    for name, value in expected.items():
        assert found.number(name) == pytest.approx(value, abs=3 * found.errors[name] + 1e-6 * npv.se), name


def test_errors_are_as_large_as_they_say():
    # of 200 simulations; the sd of 200 values is off by more than 20 % once in about 15,000
    workings = large(lines=2, costs=1)
    found = [simulate(workings, draws=500, seed=seed) for seed in range(200)]
    for name, said in found[0].errors.items():
        spread = np.std([one.number(name) for one in found], ddof=1)
        assert spread == pytest.approx(np.mean([one.errors[name] for one in found]), rel=0.2), (name, said)


def test_pairs_are_not_counted_as_two_draws():
    # of a normal NPV, the sd of n independent draws is known to sd / sqrt(2 n): the second of a pair adds nothing to it
    found = simulate(golden().workings)
    assert found.errors["sd"] == pytest.approx(found.number("sd") / np.sqrt(2 * 10_000), rel=0.05)


def test_the_histogram_holds_every_draw_and_parts_losses_from_gains():
    found = simulate(large(lines=2, costs=1), draws=2_000)
    assert sum(found.counts) == 2_000 and len(found.bins) == len(found.counts) + 1 <= 60
    losses = sum(count for count, end in zip(found.counts, found.bins[1:], strict=True) if end <= 0)
    assert 0.0 in found.bins and losses == found.number("p_negative") * 2_000


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    workings = large(lines=2, costs=1)
    once, again, other = (encode(simulate(workings, draws=1_000, seed=seed)) for seed in (7, 7, 8))
    assert once == again != other


def test_what_is_certain_is_one_number():
    workings = with_inputs(golden().workings, studies__test__luck={"sd": None})
    found = simulate(workings, draws=100)
    numbers = [found.number(name) for name in ("mean", "p5", "p50", "p95")]
    assert numbers == pytest.approx([107_994.775] * 4, abs=CENT)
    assert (found.number("sd"), found.number("p_negative"), found.drawn, found.bins) == (0, 0, (), ())
    assert set(found.errors.values()) == {0}


def test_draws_without_an_npv_are_told():
    drawn = draw(golden().workings, 100, seed=1)
    drawn.npv[3] = np.nan
    assert simulation(drawn, 1, 0.95, "USD") == NoEstimate("in 1 of 100 draws there is no NPV")


def test_draws_of_few_values_have_quantiles_too():
    found = simulation(Draws({}, np.array([1.0, 1.0, 1.0, -1.0] * 25)), 1, 0.95, "USD")
    assert [found.number(name) for name in ("p5", "p50", "p95", "p_negative")] == [-1, 1, 1, 0.25]
    assert msgspec.json.encode(found)
