"""GrowthBook's conventions give GrowthBook's published numbers, and hold their promise and symmetries."""

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.moments import Sums
from liftledger.stats.growthbook import relative
from liftledger.stats.joint import independent
from liftledger.stats.one_slope import one_slope
from liftledger.stats.quantity import Quantity, of_arms
from liftledger.stats.sample_ratio import sample_ratio
from liftledger.stats.welch import welch
from tests.data import data
from tests.stats.records import MEAN, found, sums


@pytest.fixture(scope="module")
def vectors():
    """Inputs and outputs of GrowthBook's own tests (growthbook/growthbook, packages/stats/tests), to 5 decimals."""
    return json.loads(data("vectors/growthbook_stats.json").read_text(), parse_float=Decimal)


def decimals(value):
    return [round(float(v), 5) for v in value]


@pytest.mark.parametrize("row", [0, 1], ids=["absolute", "relative"])
def test_agrees_with_growthbooks_t_test(vectors, row):
    case = vectors["welch"][row]

    def arm(side):  # sums carry 2 decimals, so their squares carry 4
        s = case[side]
        return Sums(s["n"], {("y",): int(s["sum"] * 100), ("y", "y"): int(s["sum_squares"] * 10_000)})

    values = of_arms(Quantity("y", None, Fraction(1, 100)), arm("a"), arm("b"))
    if case["diff"] == "absolute":
        test = welch(independent(*values).contrast(), confidence=0.95)
    else:
        test = relative(values[0], *values, confidence=0.95)
        (answer,) = found("sum", arm("a"), arm("b"), scale=2, convention="growthbook")
        assert answer.lift == test.interval
    interval = test.interval
    assert decimals((interval.value, interval.se, test.p_value)) == decimals((case["expected"], case["se"], case["p"]))
    assert decimals((interval.low, interval.high)) == decimals(case["ci"])


def test_agrees_with_growthbooks_cuped_of_a_quotient(vectors):
    case = vectors["ratio_cuped"]
    names = {"m_post": "y", "d_post": "d", "m_pre": "x", "d_pre": "e"}

    def arm(side):  # 15 decimals
        totals = {}
        for theirs, ours in names.items():
            totals[(ours,)] = int(case[side][theirs]["sum"] * 10**15)
            totals[(ours, ours)] = int(case[side][theirs]["sum_squares"] * 10**30)
            for other, also in names.items():
                if f"{theirs}_{other}" in case[side]:
                    totals[tuple(sorted((ours, also)))] = int(case[side][f"{theirs}_{other}"] * 10**30)
        return Sums(case[side]["n"], totals)

    control, treatment = arm("a"), arm("b")
    outcome, covariate = Quantity("y", "d", Fraction(1)), Quantity("x", "e", Fraction(1))
    values = one_slope(outcome, covariate, control, treatment, together=False)
    test = relative(outcome.of(control), *values, confidence=0.95)
    interval = test.interval
    assert decimals((interval.value, interval.se, test.p_value)) == decimals((case["expected"], case["se"], case["p"]))
    assert decimals((interval.low, interval.high)) == decimals(case["ci"])
    answer = found("ratio", control, treatment, before=True, convention="growthbook")[-1]
    assert (answer.method, answer.lift) == ("ratio-cuped", interval)


def test_agrees_with_growthbooks_sample_ratio(vectors):
    for case in vectors["srm"]:
        arms = zip("ab", case["users"], case["weights"], strict=True)
        answer = sample_ratio([{arm: (units, Fraction(share)) for arm, units, share in arms}])
        assert answer.p_value == pytest.approx(float(case["p"]), rel=1e-4)


def test_a_negative_control_keeps_the_direction_of_the_lift(vectors):
    for case in vectors["relative_negative_baseline"]:
        control, treatment = (sums(y=[case[arm] - 1, case[arm] + 1] * 50) for arm in "ab")
        for convention in ("growthbook", "liftledger"):
            answer = found("sum", control, treatment, convention=convention)[0]
            assert answer.lift.value == pytest.approx(float(case["rel"]))
            assert answer.lift.low < answer.lift.value < answer.lift.high


def test_relative_interval_agrees_with_a_numerical_derivative():
    rng = np.random.default_rng(5)
    control, treatment = rng.integers(0, 90, 400), rng.integers(0, 120, 300)
    values = of_arms(MEAN, sums(y=control), sums(y=treatment))
    se = relative(values[0], *values, confidence=0.95).interval.se

    def lift(t, c):
        return t / c - 1

    t, c, h = treatment.mean(), control.mean(), 1e-4
    by_t, by_c = (lift(t + h, c) - lift(t - h, c)) / (2 * h), (lift(t, c + h) - lift(t, c - h)) / (2 * h)
    variance = by_t**2 * treatment.var(ddof=1) / 300 + by_c**2 * control.var(ddof=1) / 400
    assert se == pytest.approx(np.sqrt(variance), rel=1e-6)


def test_relative_interval_covers_as_often_as_it_says():
    # True lift 0.25, 4,000 draws; the central 99.99 % of Binomial(4000, 0.05).
    rng = np.random.default_rng(20240508)
    misses = 0
    for _ in range(4000):
        control, treatment = rng.integers(0, 801, 400), rng.integers(0, 1001, 400)
        values = of_arms(MEAN, sums(y=control), sums(y=treatment))
        interval = relative(values[0], *values, confidence=0.95).interval
        misses += not interval.low <= 0.25 <= interval.high
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= misses <= most


@given(
    *[st.lists(st.integers(1, 50), min_size=3, max_size=12).filter(lambda x: len(set(x)) > 1)] * 2, st.integers(2, 99)
)
def test_a_change_of_currency_leaves_the_lift_alone(a, b, rate):
    one, other = (
        relative(values[0], *values, confidence=0.95)
        for values in (of_arms(MEAN, sums(y=[k * v for v in a]), sums(y=[k * v for v in b])) for k in (1, rate))
    )
    assert (one.interval.low, one.interval.high, one.p_value) == pytest.approx(
        (other.interval.low, other.interval.high, other.p_value)
    )
