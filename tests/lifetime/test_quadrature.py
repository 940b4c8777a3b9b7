"""Weighted sums against the integrals that they stand for."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from liftledger.lifetime.quadrature import beta, legendre, over_time


@given(st.floats(0.01, 500), st.floats(0.01, 500), st.integers(0, 15))
def test_moments_of_a_share_are_exact(a, b, power):
    # E[v^k] = B(a + k, b) / B(a, b); 8 nodes are exact up to the 15th power.
    places, weights = beta(a, b, 8)
    exact = math.exp(special.betaln(a + power, b) - special.betaln(a, b))
    assert weights @ places**power == pytest.approx(exact, rel=1e-9, abs=1e-13)
    assert np.all(weights >= 0)
    assert np.all((places >= 0) & (places <= 1))


@pytest.mark.parametrize(("a", "b"), [(0.3, 0.4), (2, 5), (40, 1.5)])
def test_nodes_of_a_share_are_those_of_scipy(a, b):
    # scipy.special.roots_jacobi, on -1 to 1 with the exponents the other way round.
    there, weights = special.roots_jacobi(16, b - 1, a - 1)
    places, shares = beta(a, b, 16)
    assert places == pytest.approx((there + 1) / 2, rel=1e-9)
    assert shares == pytest.approx(weights / np.sum(weights), rel=1e-8)


def test_a_share_with_uniform_weight_has_the_nodes_of_legendre():
    assert np.concatenate(beta(1, 1, 12)) == pytest.approx(np.concatenate(legendre(12)), rel=1e-12)


def test_time_ahead_is_discounted_from_now_on():
    # The integral of e^(-force t) over the horizon, and of a density that falls as customers do.
    scale = np.array([0.5, 10.0, 300.0])
    times, weights = over_time(scale, 104.0, 0.02)
    assert np.sum(weights, axis=1) == pytest.approx(-math.expm1(-0.02 * 104) / 0.02, rel=1e-9)
    falling = np.sum(over_time(scale, 104.0, 0.0)[1] / scale[:, None] * 3 * (1 + times) ** -4, axis=1)
    assert falling == pytest.approx(stats.lomax(3, scale=scale).cdf(104.0), rel=1e-9)
