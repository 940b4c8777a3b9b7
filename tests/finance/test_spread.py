"""The spread of a sum of lines: its promise under simulation, for studies apart and for lines that move together."""

import numpy as np
import pytest
from scipy import stats

from liftledger.finance.npv import discount_factors
from liftledger.finance.price import price
from liftledger.finance.spread import spread
from tests.finance.lines import Z95, case, interval, line, measured

FACTORS = discount_factors(0.1, 12)
DRAWS = 100_000


def prices(*studies):
    """One line each, of effects 5 +- 2, and two units of worth for the second."""
    lines = [measured(line(f"line{n}", study=study, units=100 * n)) for n, study in enumerate(studies, start=1)]
    return [price(one, interval(5.0, 2.0), case([]), FACTORS, 0.95) for one in lines]


def misses(found, correlation):
    """How often an interval of 1.96 x spread around the measured total misses the true total."""
    rng = np.random.default_rng(20260101)
    covariance = 4 * (np.full((2, 2), correlation) + (1 - correlation) * np.eye(2))
    errors = rng.multivariate_normal((0, 0), covariance, DRAWS) @ [one.present_worth for one in found]
    return int((abs(errors) > Z95 * spread(found)).sum())


# the central 99.99 % of Binomial(100,000, 0.05): a right method would fail on one seed in ten thousand
FEWEST, MOST = stats.binom.interval(0.9999, DRAWS, 0.05)


def test_of_two_studies_it_covers_as_often_as_it_says():
    assert FEWEST <= misses(prices("one", "other"), 0.0) <= MOST


def test_of_one_study_it_covers_as_often_as_it_says_where_the_lines_move_together():
    assert FEWEST <= misses(prices("one", "one"), 1.0) <= MOST


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.5])
def test_of_one_study_it_covers_more_often_where_they_do_not(correlation):
    assert misses(prices("one", "one"), correlation) < FEWEST


def test_losses_move_against_gains_only_to_the_bound():
    gain, loss = prices("one", "one")
    assert spread([gain, loss]) == pytest.approx(gain.standard_error + loss.standard_error)


def test_nothing_has_no_spread():
    assert spread([]) == 0
