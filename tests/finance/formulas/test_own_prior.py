"""A prior from own studies against integration by brute force, its limits and its symmetries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.own_prior import own_prior

EFFECTS, SES = [0.021, 0.013, 0.034, -0.004, 0.009, 0.017], [0.010, 0.008, 0.015, 0.010, 0.006, 0.012]


def by_brute_force(effects, ses):
    """Weights of 400 spreads x 1,601 means, by the model as it is written."""
    y, s = np.array(effects), np.array(ses)
    scale = stats.gmean(s)
    spreads = scale * np.tan(np.pi / 2 * (np.arange(400) + 0.5) / 400)[:, None]
    at_most = 6 * np.sqrt(scale**2 + spreads**2)
    means = at_most * np.linspace(-1, 1, 1_601)
    log = stats.norm.logpdf(means, 0, np.sqrt(scale**2 + spreads**2)) + np.log(at_most)
    for effect, se in zip(y, s, strict=True):
        log = log + stats.norm.logpdf(effect, means, np.sqrt(se**2 + spreads**2))
    weights = np.exp(log - log.max())
    return spreads, means, weights / weights.sum()


def test_agrees_with_integration_by_brute_force():
    found = own_prior(EFFECTS, SES)
    spreads, means, weights = by_brute_force(EFFECTS, SES)
    assert found.spread == pytest.approx((weights * spreads).sum(), rel=0.01)
    center = found.center(0.9)
    mean = (weights * means).sum()
    assert center.value == pytest.approx(mean, rel=1e-3)
    assert center.se == pytest.approx(np.sqrt((weights * (means - mean) ** 2).sum()), rel=0.02)
    below = (weights * (means < center.low)).sum(), (weights * (means > center.high)).sum()
    assert below == pytest.approx((0.05, 0.05), abs=0.003)


def test_what_is_expected_of_a_study_agrees_with_integration_by_brute_force():
    found = own_prior(EFFECTS, SES).expected([0, 0, 1, 0, 0, 0], 0.9)
    spreads, means, weights = by_brute_force(EFFECTS, SES)
    weight = spreads**2 / (spreads**2 + SES[2] ** 2)
    centers, sds = means + weight * (EFFECTS[2] - means), SES[2] * np.sqrt(weight)
    assert found.value == pytest.approx((weights * centers).sum(), rel=2e-3)
    assert (weights * stats.norm.cdf(found.low, centers, sds)).sum() == pytest.approx(0.05, abs=0.003)
    assert (weights * stats.norm.cdf(found.high, centers, sds)).sum() == pytest.approx(0.95, abs=0.003)


def test_effects_that_are_never_alike_are_hardly_shrunk():
    effects = [100.0, -70.0, 40.0, -90.0, 10.0, 60.0]
    for study, effect in enumerate(effects):
        found = own_prior(effects, [1.0] * 6).expected([float(study == n) for n in range(6)], 0.9)
        assert found.value == pytest.approx(effect, abs=0.1)
        assert found.se == pytest.approx(1.0, rel=0.01)


def test_effects_that_are_all_alike_are_told_by_all():
    found = own_prior([5.0] * 30, [1.0] * 30)
    assert found.expected([1.0] + [0.0] * 29, 0.9).value == pytest.approx(found.center(0.9).value, abs=0.02)
    assert found.center(0.9).value == pytest.approx(5 * 30 / 31)  # one more study had found nothing
    assert found.spread < 0.3


def test_luck_among_programs_that_do_nothing_is_mostly_shrunk_away():
    # of 20 studies without any effect, those that look good keep less than a quarter of it together
    rng = np.random.default_rng(20260101)
    effects = rng.normal(0, 1, 20)
    won = [float(effect > 1) for effect in effects]
    found = own_prior(effects, [1.0] * 20).expected(won, 0.9)
    assert sum(won) >= 2
    assert found.value < sum(effects * won) / 4


def test_the_mean_is_not_known_and_does_not_average_out():
    found = own_prior(EFFECTS, SES)
    alone = [found.expected([float(study == n) for n in range(6)], 0.9) for study in range(6)]
    together = found.expected([1.0] * 6, 0.9)
    assert together.value == pytest.approx(sum(one.value for one in alone))
    assert together.se > np.sqrt(sum(one.se**2 for one in alone))


def test_the_next_study_is_less_sure_than_a_plug_in_prior_says():
    found = own_prior(EFFECTS, SES)
    following = found.next_study(0.9)
    assert following.value == found.center(0.9).value
    assert following.se > found.spread and following.se > found.center(0.9).se


def test_as_a_prior_it_shrinks_a_study_that_is_not_among_them():
    found = own_prior(EFFECTS, SES)
    following = found.next_study(0.9)
    weight = following.se**2 / (following.se**2 + 0.01**2)
    plug_in = found.spread**2 / (found.spread**2 + 0.01**2)
    assert 0 < plug_in < weight < 1  # what is not known of the prior leaves more to the study itself


@given(st.lists(st.floats(-10, 10), min_size=6, max_size=12), st.floats(0.01, 100), st.booleans())
def test_units_and_signs_do_not_matter(effects, unit, turned):
    ses = [0.5 + 0.1 * n for n in range(len(effects))]
    factor = -unit if turned else unit
    plain = own_prior(effects, ses).expected([1.0] * len(effects), 0.9)
    scaled = own_prior([factor * one for one in effects], [unit * one for one in ses])
    other = scaled.expected([1.0] * len(effects), 0.9)
    ends = sorted((factor * plain.low, factor * plain.high))
    assert (other.value, other.se) == pytest.approx((factor * plain.value, unit * plain.se), rel=1e-7, abs=1e-7 * unit)
    assert [other.low, other.high] == pytest.approx(ends, rel=1e-6, abs=1e-6 * unit)


def test_six_studies_are_the_fewest():
    assert own_prior(EFFECTS[:5], SES[:5]) == NoEstimate(
        "there are 5 own studies; it takes 6 to tell what effects tend to be"
    )
    assert isinstance(own_prior(EFFECTS, [0.0, *SES[1:]]), NoEstimate)


def test_a_study_that_does_not_count_has_no_expected_effect():
    found = own_prior(EFFECTS, SES).expected([0.0] * 6, 0.9)
    assert (found.value, found.se, found.low, found.high) == (0, 0, 0, 0)
