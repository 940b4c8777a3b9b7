"""Confidence sequences against printed boundaries, a mixture integrated numerically, their promise, and symmetries.

The promise, of 3,000 pilots a row with a look on each of 40 days, 60 units on the first and 120 on the last: in
percent, how often the lower / upper bound at an alpha of 5 % passed the true effect.

    values                      50 % held out    10 % held out
    normal                      1.7 / 1.6        0.8 / 1.1
    5 % buy                     1.3 / 1.2        3.2 / 0.6
    30 % spend, lognormal       1.3 / 1.3        1.4 / 0.4

`LIFTLEDGER_PILOTS=3000 pytest tests/stats/test_confidence_sequence.py -s` prints it again, and the days of kills.
"""

import math
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from liftledger.stats.confidence_sequence import effective_units, lower, one_sided, two_sided, unready, upper
from liftledger.stats.joint import Contrast, Joint, Part, independent
from liftledger.stats.quantity import of_arms
from tests.stats.records import MEAN, sums

PILOTS = int(os.environ.get("LIFTLEDGER_PILOTS", "200"))
ALPHA = 0.05


# --- printed


@pytest.mark.parametrize(
    ("units", "growthbook", "eppo"),
    [
        (500, 3.86, 4.72),
        (1_000, 3.36, 3.86),
        (5_000, 3.04, 3.08),
        (10_000, 3.06, 3.04),
        (100_000, 3.34, 3.24),
        (1_000_000, 3.66, 3.56),
    ],
)
def test_two_sided_agrees_with_the_boundaries_of_growthbook_and_eppo(units, growthbook, eppo):
    # GrowthBook: gbstats, sequential_interval_halfwidth, tuned for 5,000; Eppo's documentation, tuned for 10,000.
    assert two_sided(units, alpha=ALPHA, tuned_for=5_000) == pytest.approx(growthbook, abs=0.005)
    assert two_sided(units, alpha=ALPHA, tuned_for=10_000) == pytest.approx(eppo, abs=0.005)


@pytest.mark.parametrize("units", [10, 1_000, 10**7])
def test_twice_the_tuning_is_twice_the_units(units):
    assert two_sided(units, alpha=0.1, tuned_for=5_000) == pytest.approx(
        two_sided(2 * units, alpha=0.1, tuned_for=10_000)
    )


# --- another implementation: the mixture, integrated


def density(alpha, tuned_for):
    """rho^2 of the mixing normal, arXiv 2103.06476v7, equation (161)."""
    return (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / tuned_for


def mixture(z, units, variance, *, both):
    """E exp(effect x sum - units x effect^2 / 2), effects of a normal or of its upper half; sum = z sqrt(units)."""
    sd = math.sqrt(variance)
    total = z * math.sqrt(units)

    def mixed(effect):
        weight = stats.norm.pdf(effect, scale=sd) * (1 if both else 2)
        return weight * math.exp(effect * total - units * effect**2 / 2)

    peak = total / (units + 1 / variance)
    width = 12 / math.sqrt(units + 1 / variance)
    low = peak - width if both else max(0.0, peak - width)
    return integrate.quad(mixed, low, peak + width, points=[peak], limit=200)[0]


@pytest.mark.parametrize("units", [50, 1_000, 20_000, 500_000])
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_at_the_two_sided_boundary_the_mixture_is_one_over_alpha(units, alpha):
    z = two_sided(units, alpha=alpha, tuned_for=5_000)
    assert mixture(z, units, density(alpha, 5_000), both=True) == pytest.approx(1 / alpha, rel=1e-6)


@pytest.mark.parametrize("units", [50, 1_000, 20_000, 500_000])
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_at_the_one_sided_boundary_the_mixture_is_one_over_alpha_or_a_little_more(units, alpha):
    z = one_sided(units, alpha=alpha, tuned_for=5_000)
    reached = mixture(z, units, density(2 * alpha, 5_000), both=False) * alpha
    assert 1 <= reached <= 1 + 2 * alpha


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_it_is_narrowest_where_it_is_tuned(alpha):
    tuned = np.geomspace(500, 50_000, 201)
    widths = [one_sided(5_000, alpha=alpha, tuned_for=one) for one in tuned]
    assert one_sided(5_000, alpha=alpha, tuned_for=5_000) == pytest.approx(min(widths), rel=0.01)


# --- symmetries


samples = st.lists(st.integers(0, 20), min_size=5, max_size=40).filter(lambda x: len(set(x)) > 1)


def contrast(control, treatment):
    joint = independent(*of_arms(MEAN, sums(y=control), sums(y=treatment)))
    assert isinstance(joint, Joint)
    return joint.contrast()


@given(samples, samples)
def test_swapping_the_arms_mirrors_the_bounds(a, b):
    there, back = contrast(a, b), contrast(b, a)
    assert lower(there, alpha=ALPHA, tuned_for=500) == pytest.approx(-upper(back, alpha=ALPHA, tuned_for=500))


@given(samples, samples)
def test_the_estimate_lies_between_its_bounds_and_a_smaller_alpha_widens_them(a, b):
    one = contrast(a, b)
    wide, narrow = ((lower(one, alpha=p, tuned_for=500), upper(one, alpha=p, tuned_for=500)) for p in (0.01, 0.2))
    assert wide[0] < narrow[0] < one.value < narrow[1] < wide[1]


@given(st.integers(2, 10_000), st.integers(2, 10_000), st.floats(0.1, 10))
def test_effective_units_are_those_of_two_even_arms(treated, held, variance):
    parts = (Part(treated, treated - 1, variance / treated, 0.0, 1), Part(held, held - 1, variance / held, 0.0, -1))
    assert effective_units(Contrast(0.0, parts)) == pytest.approx(4 * treated * held / (treated + held))


def test_a_look_waits_for_enough_units_and_a_tame_estimate():
    few, many, rare = [0, 1] * 20, [0, 1] * 500, [1, *[0] * 99]
    assert unready(contrast(few, many)) == "the smaller arm has 40 units; looks count from 50"
    assert unready(contrast(rare, rare * 60)) == "a few large values still carry the estimate"
    assert unready(contrast(many, many)) == ""


# --- the promise


def normal(rng, size):
    return rng.normal(size=size)


def buyers(rng, size):
    return (rng.random(size) < 0.05) + 0.0


def spend(rng, size):
    return (rng.random(size) < 0.3) * rng.lognormal(0, 1, size)


LAWS = {"normal": normal, "5 % buy": buyers, "30 % spend, lognormal": spend}
DAYS = 40


def cumulants(values, ends):
    """By pilot and day: units so far, and the mean, variance and third cumulant of a unit, unbiased."""
    n = np.asarray(ends, dtype=float)
    s1, s2, s3 = (np.cumsum(values**power, axis=1)[:, ends - 1] for power in (1, 2, 3))
    variance = (s2 - s1**2 / n) / (n - 1)
    third = (n**2 * s3 - 3 * n * s1 * s2 + 2 * s1**3) / (n * (n - 1) * (n - 2))
    return n, s1 / n, variance, third


def part(n, variance, third, sign):
    return Part(n, n - 1, variance / n, third / n**2, sign)


def pilots(rng, law, a_day, held, effect=0.0):
    """By pilot: the day on which the lower, the upper bound first passed 0 at a look that counts; NaN where none did.

    More units come from day to day. An arm whose units are all alike borrows, as it does in reports.
    """
    growing = np.cumsum(np.rint(a_day * (1 + np.arange(DAYS) / DAYS)))
    ends = {"held": np.maximum(3, np.rint(held * growing)).astype(int)}
    ends["treated"] = growing.astype(int) - ends["held"]
    values = {arm: law(rng, (PILOTS, last[-1])) for arm, last in ends.items()}
    (n, mean, variance, third), (m, *treated) = (cumulants(values[arm], ends[arm]) for arm in ("held", "treated"))
    found = np.full((PILOTS, 2), np.nan)
    for one in range(PILOTS):
        for day in range(DAYS):
            own, other = (variance[one, day], third[one, day]), (treated[1][one, day], treated[2][one, day])
            if own[0] == other[0] == 0:
                continue
            own, other = (own if own[0] > 0 else other), (other if other[0] > 0 else own)
            parts = (part(m[day], *other, 1), part(n[day], *own, -1))
            now = Contrast(effect + treated[0][one, day] - mean[one, day], parts)
            below = lower(now, alpha=ALPHA, tuned_for=2_000) > 0
            above = upper(now, alpha=ALPHA, tuned_for=2_000) < 0
            if (below or above) and not unready(now):
                found[one] = np.where(np.isnan(found[one]) & (below, above), day + 1, found[one])
    return found


@pytest.mark.parametrize("held", [0.5, 0.1])
@pytest.mark.parametrize("name", LAWS)
def test_daily_looks_fire_at_the_true_effect_no_more_often_than_alpha(name, held):
    # The band: more than so many of a binomial with p = alpha come once in ten thousand runs.
    fired = (~np.isnan(pilots(np.random.default_rng(20261122), LAWS[name], 60, held))).sum(axis=0)
    print(f"{name}, {held:.0%} held out: {fired / PILOTS}")
    assert (fired <= stats.binom.ppf(0.9999, PILOTS, ALPHA)).all()


@pytest.mark.parametrize("harm", [0.1, 0.2, 0.3])
def test_harm_is_found_the_sooner_the_larger_it_is(harm):
    # In standard deviations of a unit; half held out. By the day on which the expected estimate passes, half have.
    days = pilots(np.random.default_rng(7), normal, 60, 0.5, effect=-harm)[:, 1]
    median = np.median(np.where(np.isnan(days), DAYS + 1, days))
    print(f"harm of {harm} sd: killed {np.mean(~np.isnan(days)):.0%}, median day {median:.0f} of {DAYS}")
    units = np.cumsum(np.rint(60 * (1 + np.arange(DAYS) / DAYS)))
    reached = [harm * math.sqrt(n) / 2 > one_sided(n, alpha=ALPHA, tuned_for=2_000) for n in units]
    assert median <= reached.index(True) + 1


def test_a_fixed_interval_looked_at_daily_fires_far_more_often_than_alpha():
    # Why all this: 40 looks at a one-sided 5 % test.
    rng = np.random.default_rng(1)
    fired = 0
    for _ in range(PILOTS):
        z = np.cumsum(rng.normal(size=DAYS)) / np.sqrt(np.arange(1, DAYS + 1))
        fired += bool((z > stats.norm.ppf(1 - ALPHA)).any())
    assert fired > 0.15 * PILOTS
