"""tea-tasting's conventions give tea-tasting's own numbers, and hold their promise and symmetries."""

import csv
import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.stats.joint import independent
from liftledger.stats.tea_tasting import log_lift
from tests.data import data
from tests.stats.records import MEAN, found, sums

METRICS = {  # metric -> kind, numerator, denominator, decimal digits of its integers
    "sessions_per_user": ("sum", "sessions", None, 0),
    "orders_per_session": ("ratio", "orders", "sessions", 0),
    "orders_per_user": ("sum", "orders", None, 0),
    "revenue_per_user": ("sum", "revenue", None, 2),
}


@pytest.fixture(scope="module")
def arms():
    """The simulated users of tea-tasting, as columns of integers per variant; revenue in cents."""
    users = {"0": [], "1": []}
    with data("tea_tasting/users_seed42_covariates.csv").open() as file:
        for row in csv.DictReader(file):
            users[row["variant"]].append(row)

    def column(rows, name):
        digits = 2 if name.startswith("revenue") else 0
        values = [Decimal(row[name]).scaleb(digits) for row in rows]
        assert all(value == int(value) for value in values)
        return [int(value) for value in values]

    names = [name for name in users["0"][0] if name not in ("user", "variant")]
    return {variant: {name: column(rows, name) for name in names} for variant, rows in users.items()}


@pytest.fixture(scope="module")
def expected():
    """tea-tasting's full-precision answers."""
    return json.loads(data("tea_tasting/expected.json").read_text())


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("covariates", [False, True], ids=["plain", "cuped"])
def test_agrees_with_tea_tasting_to_twelve_digits(name, covariates, arms, expected):
    kind, numerator, denominator, scale = METRICS[name]

    def arm(variant):
        columns = arms[variant]
        chosen = {"y": columns[numerator], "x": columns[f"{numerator}_covariate"]}
        if denominator:
            chosen |= {"d": columns[denominator], "e": columns[f"{denominator}_covariate"]}
        return sums(**chosen)

    answers = found(kind, arm("0"), arm("1"), scale=scale, before=covariates, convention="tea-tasting")
    answer, theirs = answers[-1], expected["cuped" if covariates else "no_covariates"][name]
    ours = {
        "control": answer.control_value,
        "treatment": answer.treatment_value,
        "effect_size": answer.effect.value,
        "effect_size_ci_lower": answer.effect.low,
        "effect_size_ci_upper": answer.effect.high,
        "rel_effect_size": answer.lift.value,
        "rel_effect_size_ci_lower": answer.lift.low,
        "rel_effect_size_ci_upper": answer.lift.high,
        "pvalue": answer.p_value,
        "statistic": answer.effect.value / answer.effect.se,
    }
    assert ours == pytest.approx(theirs, rel=1e-11, abs=1e-13)


def test_log_interval_covers_as_often_as_it_says():
    # Gamma values, true lift 0.5: 4,000 draws, the central 99.99 % of Binomial(4000, 0.05).
    rng = np.random.default_rng(20240507)
    misses = 0
    for _ in range(4000):
        control, treatment = rng.gamma(4, 250, 80).astype(int), rng.gamma(4, 375, 120).astype(int)
        arms = MEAN.of(sums(y=control)), MEAN.of(sums(y=treatment))
        lift = log_lift(independent(*arms), confidence=0.95)
        misses += not lift.low <= 0.5 <= lift.high
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= misses <= most


@given(*[st.lists(st.integers(1, 50), min_size=2, max_size=12).filter(lambda x: len(set(x)) > 1)] * 2)
def test_swapping_the_arms_inverts_the_ratio(a, b):
    there, back = (
        log_lift(independent(MEAN.of(sums(y=c)), MEAN.of(sums(y=t))), confidence=0.9) for c, t in ((a, b), (b, a))
    )
    assert 1 + there.low == pytest.approx(1 / (1 + back.high))
    assert 1 + there.high == pytest.approx(1 / (1 + back.low))


def test_values_of_opposite_sign_have_no_log_scale():
    arms = MEAN.of(sums(y=[-3, -1])), MEAN.of(sums(y=[5, 8]))
    assert isinstance(log_lift(independent(*arms), confidence=0.95), NoEstimate)
