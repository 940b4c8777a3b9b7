"""The posterior against the golden case, numerical integration, simulation and its limits."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from liftledger.domain.value import Prior
from tests.finance.lines import interval, line, measured, worked

values = st.floats(-100, 100)
positive = st.floats(1e-3, 1e3)


class Posterior(NamedTuple):
    mean: float
    sd: float
    weight: float


def posterior(effect, se, *, mean, sd):
    """What the workings expect of an effect."""
    found = worked(measured(line(), interval(effect, se)), priors=(Prior("revenue", mean, sd),), months=1)
    return Posterior(*(found.known(f"lines.sales.{name}") for name in ("expected", "expected_se", "weight")))


def test_the_golden_case():
    # finance.md, F-GOLD, computed by an independent script: lift 2 % +- 0.8 %, prior 0 +- 1 %
    found = posterior(0.02, 0.008, mean=0, sd=0.01)
    assert found.weight == pytest.approx(0.6097560975609756, rel=1e-12)
    assert found.mean == pytest.approx(0.012195121951219513, rel=1e-12)
    assert found.sd == pytest.approx(0.006246950475544242, rel=1e-12)


def test_agrees_with_bayes_rule_by_numerical_integration():
    effect, se, mean, sd = 1.3, 0.7, -0.4, 0.9

    def weight(x):
        return np.exp(-0.5 * ((effect - x) / se) ** 2 - 0.5 * ((x - mean) / sd) ** 2)

    whole, first, second = (integrate.quad(lambda x, p=p: x**p * weight(x), -10, 10)[0] for p in range(3))
    found = posterior(effect, se, mean=mean, sd=sd)
    assert found.mean == pytest.approx(first / whole, rel=1e-8)
    assert found.sd == pytest.approx(np.sqrt(second / whole - (first / whole) ** 2), rel=1e-8)


def test_where_the_prior_is_true_it_is_unbiased_and_as_wide_as_it_says():
    # 200,000 true effects of the prior; bounds are 4 standard errors of the simulation
    rng = np.random.default_rng(20260101)
    truth = rng.normal(0.5, 2.0, 200_000)
    measured = rng.normal(truth, 1.5)
    found = posterior(0.0, 1.5, mean=0.5, sd=2.0)
    miss = 0.5 + found.weight * (measured - 0.5) - truth
    assert abs(miss.mean()) < 4 * found.sd / np.sqrt(len(miss))
    assert miss.std() == pytest.approx(found.sd, rel=4 / np.sqrt(2 * len(miss)))
    winners = measured > 3  # what is shown because it is large is not overstated
    assert abs(miss[winners].mean()) < 4 * found.sd / np.sqrt(winners.sum())


@given(values, positive, values)
def test_a_wide_prior_leaves_the_measurement_and_a_narrow_one_leaves_the_prior(effect, se, mean):
    wide, narrow = (posterior(effect, se, mean=mean, sd=sd) for sd in (1e9, 1e-9))
    assert (wide.mean, wide.sd) == pytest.approx((effect, se), rel=1e-6, abs=1e-6)
    assert (narrow.mean, narrow.sd) == pytest.approx((mean, 0), abs=1e-6)


@given(values, positive, values, positive)
def test_it_lies_between_the_two_and_is_surer_than_either(effect, se, mean, sd):
    found = posterior(effect, se, mean=mean, sd=sd)
    assert min(effect, mean) - 1e-9 <= found.mean <= max(effect, mean) + 1e-9
    assert found.sd <= min(se, sd)
    mirrored = posterior(-effect, se, mean=-mean, sd=sd)
    assert (mirrored.mean, mirrored.sd) == (-found.mean, found.sd)


def test_an_exact_measurement_stands():
    assert posterior(3.0, 0.0, mean=0.0, sd=1.0).mean == 3.0
