"""The spread of a sum of lines: its promise under simulation, for studies apart and for lines that move together."""

import numpy as np
import pytest
from scipy import stats

from tests.finance.lines import Z95, interval, line, measured, worked

DRAWS = 100_000


def spread(*studies):
    """Standard error of the NPV, and what one unit of effect is worth, of a line in each study: effects of 5 +- 2, two
    units of worth for the second."""
    lines = [
        measured(line(f"line{n}", study=study, units=100 * n), interval(5.0, 2.0)) for n, study in enumerate(studies, 1)
    ]
    found = worked(*lines)
    return found.known("closed_form.npv_se"), [found.known(f"lines.{one.line.name}.present_of_one") for one in lines]


def misses(found, correlation):
    """How often an interval of 1.96 x spread around the measured total misses the true total."""
    se, worths = found
    rng = np.random.default_rng(20260101)
    covariance = 4 * (np.full((2, 2), correlation) + (1 - correlation) * np.eye(2))
    errors = rng.multivariate_normal((0, 0), covariance, DRAWS) @ worths
    return int((abs(errors) > Z95 * se).sum())


# the central 99.99 % of Binomial(100,000, 0.05): a right method would fail on one seed in ten thousand
FEWEST, MOST = stats.binom.interval(0.9999, DRAWS, 0.05)


def test_of_two_studies_it_covers_as_often_as_it_says():
    assert FEWEST <= misses(spread("one", "other"), 0.0) <= MOST


def test_of_one_study_it_covers_as_often_as_it_says_where_the_lines_move_together():
    assert FEWEST <= misses(spread("one", "one"), 1.0) <= MOST


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.5])
def test_of_one_study_it_covers_more_often_where_they_do_not(correlation):
    assert misses(spread("one", "one"), correlation) < FEWEST


def test_losses_move_against_gains_only_to_the_bound():
    gain = measured(line("gain"), interval(5.0, 2.0))
    loss = measured(line("loss", metric="cost"), interval(5.0, 3.0), direction=-1)
    apart = worked(gain).known("closed_form.npv_se") + worked(loss).known("closed_form.npv_se")
    assert worked(gain, loss).known("closed_form.npv_se") == pytest.approx(apart, rel=1e-12)


def test_no_line_has_no_spread():
    assert worked().known("closed_form.npv_se") == 0
