"""Integrals as weighted sums: over the time ahead, and over a share that differs between customers."""

from functools import cache

import numpy as np

from liftledger.lifetime.histories import Numbers

AHEAD = 32  # nodes over the time ahead


@cache
def legendre(nodes: int) -> tuple[Numbers, Numbers]:
    """Nodes and weights of Gauss and Legendre on 0 to 1."""
    places, weights = np.polynomial.legendre.leggauss(nodes)
    return (places + 1) / 2, weights / 2


def beta(a: float, b: float, nodes: int) -> tuple[Numbers, Numbers]:
    """Nodes and weights, which sum to 1, of the expectation over a share that is Beta(a, b).

    Golub & Welsch (1969), Mathematics of Computation 23, 221-230: eigenvalues of the matrix of the orthogonal (here
    Jacobi's) polynomials' recurrence, and squares of its eigenvectors' first components. No weight is below 0, so
    that nothing cancels.
    """
    n = np.arange(1, nodes, dtype=np.float64)
    whole = 2 * n + a + b - 2
    middle = np.concatenate(([a / (a + b)], 0.5 + (a - b) * (a + b - 2) / (2 * whole * (whole + 2))))
    beside = n * (n + a - 1) * (n + b - 1) / (whole**2 * (whole + 1))
    beside[1:] *= (n[1:] + a + b - 2) / (whole[1:] - 1)  # 1 for the first, where it may be 0 / 0
    places, vectors = np.linalg.eigh(np.diag(middle) + np.diag(np.sqrt(beside), 1) + np.diag(np.sqrt(beside), -1))
    return np.clip(places, 0, 1), vectors[0] ** 2


def over_time(scale: Numbers, horizon: Numbers | float, force: float) -> tuple[Numbers, Numbers]:
    """Times ahead up to a horizon, in units of `scale`, and weights that discount them; a row a scale.

    What customers do t from now changes with log(scale + t): evenly spread in that, few nodes see it all.
    """
    places, weights = legendre(AHEAD)
    whole = np.log1p(horizon / scale)[:, None]
    times = np.expm1(places * whole)
    spans = scale[:, None]
    return times, weights * whole * spans * (1 + times) * np.exp(-force * spans * times)
