"""What is drawn of an input against scipy, and in antithetic pairs."""

import numpy as np
import pytest
from scipy import stats

from liftledger.domain.workings import Input
from liftledger.finance.uncertainty.uncertain import mean, pairs, quantile, uncertain


def an_input(value, low=None, high=None, **given):
    return Input("x", "x", "", value, "assumption", low, high, **given)


NORMAL = (an_input(2.0, sd=0.5), stats.norm(2, 0.5))
RANGES = [
    (an_input(0.8, 0.6, 1.0), stats.triang(0.5, 0.6, 0.4)),
    (an_input(100.0, 80.0, 115.0), stats.triang(20 / 35, 80, 35)),
    (an_input(-2.0, -2.0, 4.0), stats.triang(0, -2, 6)),
    (an_input(4.0, -2.0, 4.0), stats.triang(1, -2, 6)),
    (an_input(5.0, -2.0, 4.0), stats.triang(1, -2, 7)),  # beyond its range, as a scenario may set it
]


@pytest.mark.parametrize(("one", "distribution"), [NORMAL, *RANGES])
def test_quantiles_agree_with_scipy(one, distribution):
    for share in (0.001, 0.1, 0.5, 0.6, 0.9, 0.999):
        assert quantile(one, share) == pytest.approx(distribution.ppf(share), rel=1e-12)


@pytest.mark.parametrize(("one", "distribution"), [NORMAL, *RANGES])
def test_means_agree_with_scipy(one, distribution):
    assert mean(one) == pytest.approx(distribution.mean(), rel=1e-12)


@pytest.mark.parametrize(("one", "distribution"), [NORMAL, *RANGES])
def test_draws_follow_the_distribution(one, distribution):
    # Kolmogorov and Smirnov's distance of independent draws is above 2.2 / sqrt(n) once in ten thousand
    drawn = pairs(one, 10_000, np.random.default_rng(20260101))
    assert stats.kstest(drawn[:10_000], distribution.cdf).statistic < 2.2 / 100


@pytest.mark.parametrize(("one", "distribution"), [NORMAL, *RANGES])
def test_the_second_half_mirrors_the_first(one, distribution):
    first, second = np.split(pairs(one, 1_000, np.random.default_rng(1)), 2)
    assert distribution.cdf(first) + distribution.cdf(second) == pytest.approx(1, abs=1e-9)


def test_what_has_no_range_is_not_drawn():
    certain = [an_input(1.0), an_input(1.0, 1.0, 1.0), an_input(1.0, sd=0.0), an_input(3.0, sd=1.0, series=(1.0, 2.0))]
    assert uncertain(certain) == ()
    assert [quantile(one, 0.9) for one in certain] == [1.0, 1.0, 1.0, 3.0]
    assert uncertain([*certain, NORMAL[0], RANGES[0][0]]) == (NORMAL[0], RANGES[0][0])


def test_the_printed_mean_of_80_100_and_115():
    # finance.md, section 1
    assert mean(Input("x", "", "", 100.0, "assumption", low=80.0, high=115.0)) == pytest.approx(98.33, abs=0.005)
