"""Welch against printed examples, another implementation, its own promise, and its symmetries."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.stats.joint import independent
from liftledger.stats.quantity import of_arms
from liftledger.stats.welch import welch
from tests.data import data
from tests.stats.records import MEAN, sums


def difference(control, treatment, confidence=0.95):
    joint = independent(*of_arms(MEAN, sums(y=control), sums(y=treatment)))
    return welch(joint.contrast(), confidence=confidence), joint.contrast().dof


def test_agrees_with_the_printed_example_of_r():
    # R, ?t.test, data(sleep), as printed there; our integers are tenths of an hour.
    example = json.loads(data("vectors/statistics.json").read_text())["welch_R_sleep"]
    first, second = (np.rint(10 * np.array(example[group])).astype(int) for group in ("g1", "g2"))
    test, dof = difference(control=second, treatment=first)
    assert test.interval.value / test.interval.se == pytest.approx(example["t"], abs=5e-5)
    assert dof == pytest.approx(example["df"], abs=5e-4)
    assert test.p_value == pytest.approx(example["p"], abs=5e-6)
    assert (test.interval.low / 10, test.interval.high / 10) == pytest.approx(tuple(example["ci"]), abs=5e-8)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy_on_raw_data(seed):
    rng = np.random.default_rng(seed)
    a, b = (100 * rng.lognormal(size=40)).astype(int), (100 * rng.lognormal(0.3, 1.4, size=90)).astype(int)
    test, _ = difference(control=a, treatment=b)
    other = stats.ttest_ind(b, a, equal_var=False)
    assert test.p_value == pytest.approx(other.pvalue)
    assert (test.interval.low, test.interval.high) == pytest.approx(tuple(other.confidence_interval()))


@pytest.mark.parametrize(("effect", "seed"), [(0, 20240501), (100, 20240502)], ids=["none", "one"])
def test_misses_and_false_alarms_are_as_rare_as_it_says(effect, seed):
    # 4,000 draws: a 95 % interval should miss about 200 times, and its test reject a true null as often. The band is
    # the central 99.99 % of Binomial(4000, 0.05): a right method would fail on one seed in ten thousand.
    rng = np.random.default_rng(seed)
    misses = 0
    for _ in range(4000):
        test, _ = difference(rng.normal(0, 100, 30).round(), rng.normal(effect, 300, 50).round())
        missed = not test.interval.low <= effect <= test.interval.high
        assert effect != 0 or missed == (test.p_value < 0.05)
        misses += missed
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= misses <= most


samples = st.lists(st.integers(-1000, 1000), min_size=2, max_size=20).filter(lambda x: len(set(x)) > 1)


@given(samples, samples)
def test_swapping_the_arms_mirrors_the_answer(a, b):
    (there, _), (back, _) = difference(a, b), difference(b, a)
    mirrored = (-back.interval.high, -back.interval.low, back.p_value)
    assert (there.interval.low, there.interval.high, there.p_value) == pytest.approx(mirrored)


@given(samples, samples, st.integers(2, 10**12))
def test_a_change_of_currency_scales_the_interval_and_leaves_the_p_value(a, b, rate):
    (one, _), (other, _) = difference(a, b), difference([rate * v for v in a], [rate * v for v in b])
    assert (rate * one.interval.low, rate * one.interval.high) == pytest.approx(
        (other.interval.low, other.interval.high), abs=1e-9 * rate
    )
    assert one.p_value == pytest.approx(other.p_value)


@given(samples, samples, st.integers(-(10**9), 10**9))
def test_a_gift_to_every_unit_changes_nothing(a, b, gift):
    (one, _), (other, _) = difference(a, b), difference([v + gift for v in a], [v + gift for v in b])
    assert one.p_value == pytest.approx(other.p_value, rel=1e-5)
