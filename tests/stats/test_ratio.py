"""Quotients against a printed answer, the jackknife, their own promise, and their symmetries."""

import csv
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
from tests.stats.records import MEAN, QUOTIENT, found, sums


def test_agrees_with_tea_tastings_printed_interval():
    # tea-tasting's orders per session of its users of seed 42: value, ends and p-value, in full precision.
    theirs = json.loads(data("tea_tasting/expected.json").read_text())["no_covariates"]["orders_per_session"]
    with data("tea_tasting/users_seed42.csv").open() as file:
        rows = [(row["variant"], int(row["orders"]), int(row["sessions"])) for row in csv.DictReader(file)]
    arms = [sums(y=[y for v, y, _ in rows if v == arm], d=[d for v, _, d in rows if v == arm]) for arm in "01"]
    answer = found("ratio", *arms)[0]
    assert (answer.effect.value, answer.effect.low, answer.effect.high, answer.p_value) == pytest.approx(
        (theirs["effect_size"], theirs["effect_size_ci_lower"], theirs["effect_size_ci_upper"], theirs["pvalue"]),
        rel=1e-11,
    )


@pytest.mark.parametrize("seed", range(5))
def test_standard_error_agrees_with_the_jackknife(seed):
    # Tukey (1958): leave out one unit at a time. It shares nothing with the delta method but the answer.
    rng = np.random.default_rng(seed)
    d = 1 + rng.poisson(2, 600)
    y = rng.poisson(3 * d + rng.integers(0, 5, 600))
    without = (y.sum() - y) / (d.sum() - d)
    jackknife = 599 / 600 * np.sum((without - without.mean()) ** 2)
    variable = QUOTIENT.of(sums(y=y, d=d))
    assert float(variable.value) == pytest.approx(y.sum() / d.sum())
    assert float(variable.covariance(variable) / 600) == pytest.approx(jackknife, rel=0.02)


def test_interval_covers_as_often_as_it_says():
    # Rows cluster by unit: each unit has a level of its own. True difference 0, 4,000 draws, the central 99.99 % of
    # Binomial(4000, 0.05); an interval that took rows for independent would miss far more often.
    rng = np.random.default_rng(20240511)
    misses = rowwise = 0
    for _ in range(4000):
        arms = []
        for n in (150, 300):
            d = 1 + rng.poisson(4, n)
            arms.append((rng.poisson(d * rng.uniform(0, 4, n)), d))
        test = welch(independent(*of_arms(QUOTIENT, *(sums(y=y, d=d) for y, d in arms))).contrast(), confidence=0.95)
        misses += not test.interval.low <= 0 <= test.interval.high
        rowwise += abs(test.interval.value) > 1.96 * np.sqrt(sum(y.sum() / d.sum() ** 2 for y, d in arms))
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= misses <= most
    assert rowwise > 2 * most


units = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=2, max_size=10)


@given(units)
def test_a_quotient_by_a_constant_is_a_mean(rows):
    y = [y for y, _ in rows]
    quotient, mean = QUOTIENT.of(sums(y=y, d=[5] * len(y))), MEAN.of(sums(y=y))
    assert (5 * quotient.value, 25 * quotient.covariance(quotient)) == (mean.value, mean.covariance(mean))


@given(units)
def test_a_quotient_of_itself_is_exactly_1_without_variance(rows):
    d = [d for _, d in rows]
    variable = QUOTIENT.of(sums(y=d, d=d))
    assert (variable.value, variable.covariance(variable)) == (1, 0)


@given(units, st.integers(2, 50))
def test_units_of_measure_cancel(rows, k):
    y, d = zip(*rows, strict=True)
    one, other = QUOTIENT.of(sums(y=y, d=d)), QUOTIENT.of(sums(y=[k * v for v in y], d=[k * v for v in d]))
    assert (one.value, one.covariance(one)) == (other.value, other.covariance(other))
