"""The value of information against printed numbers, simulation and its bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from liftledger.finance.formulas.information import evpi, evsi, foreseen, unit_normal_loss
from liftledger.finance.uncertainty.draws import draw
from tests.finance.cases import large

means, sds = st.floats(-1e6, 1e6), st.floats(1e-3, 1e6)


def test_the_golden_numbers():
    # finance.md, section 5, computed by an independent script
    assert evpi(100, 250) == pytest.approx(57.609709, abs=5e-7)
    assert evsi(100, 250, 150) == pytest.approx(44.662272, abs=5e-7)
    assert evpi(-114_389.37, 177_994.16) == pytest.approx(27_993.89, abs=0.005)


@pytest.mark.parametrize("u", [0.0, 0.5, 1.0, 2.0, 4.0])
def test_the_unit_normal_loss_is_what_is_lost_beyond(u):
    loss, _ = integrate.quad(lambda z: (z - u) * stats.norm.pdf(z), u, 40, epsabs=1e-13)
    assert unit_normal_loss(u) == pytest.approx(loss, rel=1e-8)


@pytest.mark.parametrize("mean", [100.0, -100.0])
def test_agrees_with_simulation(mean):
    # what is chosen after the NPV, or a sample of it, is known; finance.md prints 56.97 and 44.24 of such draws
    rng = np.random.default_rng(20260101)
    npv = rng.normal(mean, 250, 400_000)
    sample = rng.normal(npv, 150)
    after = mean + 250**2 / (250**2 + 150**2) * (sample - mean)
    for known, found in ((npv, evpi(mean, 250)), (after, evsi(mean, 250, 150))):
        gained = np.maximum(known, 0) - max(mean, 0)
        assert gained.mean() == pytest.approx(found, abs=4 * gained.std() / np.sqrt(len(npv)))


@given(means, sds, sds)
def test_a_sample_is_worth_something_and_never_more_than_certainty(mean, sd, se):
    assert 0 <= evsi(mean, sd, se) <= evpi(mean, sd) * (1 + 1e-9)


@given(means, sds)
def test_a_sample_without_error_is_certainty_and_one_of_infinite_error_is_worth_nothing(mean, sd):
    assert evsi(mean, sd, 0) == evpi(mean, sd)
    assert evsi(mean, sd, float("inf")) == 0


@given(means, sds, sds)
def test_gain_and_loss_are_worth_the_same(mean, sd, se):
    assert evsi(mean, sd, se) == evsi(-mean, sd, se)


def test_what_is_known_is_worth_nothing_to_learn():
    assert (evpi(5, 0), evsi(5, 0, 1), foreseen(0, 0)) == (0, 0, 0)
    assert evpi(1e9, 1) == 0


def test_what_is_not_quite_normal_is_worth_nearly_as_much_to_know():
    # ranges of units, ramp, decay and realisation, and luck
    npv = draw(large(lines=2, costs=2), 20_000, seed=1).npv
    gained = np.maximum(npv, 0).mean() - max(npv.mean(), 0)
    assert evpi(npv.mean(), npv.std()) == pytest.approx(gained, rel=0.02)
