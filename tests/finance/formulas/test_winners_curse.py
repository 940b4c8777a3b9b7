"""The winner's curse against printed numbers and simulation."""

import numpy as np
import pytest

from liftledger.finance.formulas.james_stein import positive_part
from liftledger.finance.formulas.winners_curse import exaggeration, winners_bias


@pytest.mark.parametrize(("power", "times"), [(0.20, 2.25), (0.50, 1.41), (0.80, 1.125), (0.95, 1.03)])
def test_how_much_a_significant_effect_is_exaggerated(power, times):
    # finance.md, section 4, computed by an independent script
    assert exaggeration(power) == pytest.approx(times, abs=0.005)


@pytest.mark.parametrize("power", [0.2, 0.5, 0.8])
def test_the_exaggeration_agrees_with_simulation(power):
    bar = 1.959963984540054  # R, qnorm(0.975)
    rng = np.random.default_rng(20260101)
    drawn = rng.normal(0, 1, 1_000_000)
    true = bar - np.quantile(drawn, 1 - power)
    shown = true + drawn[true + drawn > bar]
    assert shown.mean() / true == pytest.approx(exaggeration(power), rel=0.01)


def test_what_has_no_power_has_no_exaggeration():
    with pytest.raises(ValueError, match=r"a power of 0\.02 is that of no effect"):
        exaggeration(0.02)


@pytest.mark.parametrize("bar", [-1.0, 0.0, 1.645, 1.96])
def test_the_bias_of_a_sum_of_winners_agrees_with_simulation(bar):
    # twenty studies of different precision, as Lee & Shen's own simulation draws them
    rng = np.random.default_rng(20260101)
    true, ses = rng.normal(0.2, 0.7, 20), 1 / np.sqrt(rng.gamma(3, 1, 20))
    measured = rng.normal(true, ses, (100_000, 20))
    won = measured > bar * ses
    over = ((measured - true) * won).sum(axis=1)
    found = winners_bias(true, ses, [bar] * 20)
    assert over.mean() == pytest.approx(found, abs=4 * over.std() / np.sqrt(len(over)))
    assert found > 0


def test_losers_count_too():
    # one that will hardly be kept still adds, when it is kept, more than it should
    assert winners_bias([0.0, -0.5], [1.0, 1.0], [1.0, 1.0]) > winners_bias([0.0], [1.0], [1.0])


def test_james_and_stein_shrink_the_golden_effects():
    # finance.md, section 4, computed by an independent script
    effects = [0.021, 0.013, 0.034, -0.004, 0.009, 0.017]
    factor = positive_part(effects, [0.010] * 6)
    assert factor == pytest.approx(0.8141264, abs=5e-8)
    assert sum(effects) * factor == pytest.approx(0.0732714, abs=5e-8)


def test_james_and_stein_never_turn_an_effect_around():
    assert positive_part([0.001, -0.002, 0.001], [0.010] * 3) == 0
    assert positive_part([0.0, 0.0, 0.0], [0.010] * 3) == 0
    with pytest.raises(ValueError, match="there are 2 effects"):
        positive_part([0.1, 0.2], [0.01] * 2)


def test_james_and_stein_lose_less_than_what_was_measured_wherever_the_truth_lies():
    rng = np.random.default_rng(20260101)
    for spread in (0.0, 0.5, 2.0):
        true = rng.normal(0, spread, (4_000, 6))
        measured = rng.normal(true, 1.0)
        shrunk = measured * np.array([[positive_part(one, [1.0] * 6)] for one in measured.tolist()])
        assert ((shrunk - true) ** 2).sum() < ((measured - true) ** 2).sum()
