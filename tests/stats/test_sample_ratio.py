"""Sample ratio against printed examples, scipy, its own promise, and its symmetries."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.stats.sample_ratio import sample_ratio
from tests.data import data

HALF = Fraction(1, 2)


def test_agrees_with_hillstroms_three_arms():
    # Arm sizes of the MineThatData e-mail test; chi-square 0.20253 and p 0.9037, as printed in our data's README.
    answer = sample_ratio([{arm: (n, Fraction(1, 3)) for arm, n in {"a": 21_306, "b": 21_307, "c": 21_387}.items()}])
    assert (answer.chi2, answer.dof) == (pytest.approx(0.20253, abs=5e-6), 2)
    assert answer.p_value == pytest.approx(0.9037, abs=5e-5)


def test_agrees_with_the_printed_example_of_r():
    # R, ?prop.test, Fleiss' smokers: four groups against their pooled share; a group is a period of two arms here,
    # and pooling the share costs one degree of freedom, which the example takes and we (who plan the share) do not.
    example = json.loads(data("vectors/statistics.json").read_text())["chisq_R_smokers"]
    pooled = Fraction(sum(example["smokers"]), sum(example["patients"]))
    groups = zip(example["smokers"], example["patients"], strict=True)
    answer = sample_ratio([{"smoker": (s, pooled), "not": (n - s, 1 - pooled)} for s, n in groups])
    assert answer.chi2 == pytest.approx(example["chisq"], abs=5e-5)
    assert answer.dof == example["df"] + 1
    assert stats.chi2.sf(answer.chi2, example["df"]) == pytest.approx(example["p"], abs=5e-7)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    counts, weights = rng.integers(50, 500, 4).tolist(), rng.integers(1, 9, 4).tolist()
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    answer = sample_ratio([dict(zip("abcd", zip(counts, shares, strict=True), strict=True))])
    other = stats.chisquare(counts, [float(share) * sum(counts) for share in shares])
    assert (answer.chi2, answer.p_value) == pytest.approx((other.statistic, other.pvalue))


def test_false_alarms_are_as_rare_as_it_says():
    # Two periods with different shares; 4,000 draws, the central 99.99 % of Binomial(4000, 0.05).
    rng = np.random.default_rng(20240505)
    first, second = rng.binomial(3000, 0.05, 4000), rng.binomial(5000, 0.5, 4000)
    plans = (Fraction(1, 20), HALF)
    alarms = 0
    for counts in zip(first.tolist(), second.tolist(), strict=True):
        sizes = zip(counts, (3000, 5000), plans, strict=True)
        periods = [{"control": (n, share), "treatment": (size - n, 1 - share)} for n, size, share in sizes]
        alarms += sample_ratio(periods).p_value < 0.05
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= alarms <= most


counts = st.lists(st.integers(0, 10_000), min_size=3, max_size=3).filter(any)


@given(counts, st.permutations(range(3)))
def test_the_order_of_arms_does_not_matter(units, order):
    shares = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    arms = list(zip("abc", zip(units, shares, strict=True), strict=True))
    assert sample_ratio([dict(arms)]) == sample_ratio([dict(arms[i] for i in order)])


@given(counts)
def test_an_arm_without_a_share_leaves_no_trace(units):
    planned = {arm: (n, Fraction(1, 3)) for arm, n in zip("abc", units, strict=True)}
    assert sample_ratio([planned | {"off": (0, Fraction(0))}]) == sample_ratio([planned])


def test_periods_add_up():
    # Each arm got exactly what each period planned, though over both periods together neither share holds.
    periods = [
        {"control": (500, HALF), "treatment": (500, HALF)},
        {"control": (50, Fraction(1, 20)), "treatment": (950, Fraction(19, 20))},
    ]
    answer = sample_ratio(periods)
    assert (answer.chi2, answer.dof, answer.p_value) == (0, 2, 1)


def test_no_answer_is_a_reason():
    one_arm = {"treatment": (10, Fraction(1)), "control": (0, Fraction(0))}
    nobody = {"treatment": (0, HALF), "control": (0, HALF)}
    for periods in ([], [one_arm]):
        assert sample_ratio(periods) == NoEstimate("fewer than two arms have a planned share")
    assert sample_ratio([nobody]) == NoEstimate("no units were randomised")
