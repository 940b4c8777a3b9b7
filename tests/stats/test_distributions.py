"""Quantiles and tails against printed tables and scipy.stats."""

import pytest
from scipy import stats

from liftledger.stats.distributions import chi2_tail, t_quantile, t_two_sided


def test_agrees_with_printed_tables():
    # NIST/SEMATECH e-Handbook, sections 1.3.6.7.2 and 1.3.6.7.4: t(0.975, 10) = 2.228, chi2(0.95, 3) = 7.815.
    assert t_quantile(0.975, 10) == pytest.approx(2.228, abs=5e-4)
    assert t_two_sided(2.228, 10) == pytest.approx(0.05, abs=5e-5)
    assert chi2_tail(7.815, 3) == pytest.approx(0.05, abs=5e-5)


@pytest.mark.parametrize("dof", [1.3, 17.776, 41_000.5])
@pytest.mark.parametrize("t", [-0.4, 2.5, 9.0])
def test_agrees_with_scipy_stats_for_broken_degrees_of_freedom_and_far_tails(dof, t):
    assert t_two_sided(t, dof) == pytest.approx(2 * stats.t.sf(abs(t), dof), rel=1e-10)
    assert t_quantile(0.995, dof) == pytest.approx(stats.t.ppf(0.995, dof), rel=1e-10)
