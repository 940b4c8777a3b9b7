"""Customers drawn from the stories that the models tell, and rows made by hand."""

import numpy as np

from liftledger.lifetime.histories import Histories, Spending


def rows(*found):
    """Histories (x, t_x, T), one customer each."""
    return Histories(*np.array(found, dtype=float).T, np.ones(len(found)))


def counted(histories):
    """Distinct ones with counts."""
    columns = np.stack((histories.repeats, histories.last, histories.observed))
    values, place = np.unique(columns, axis=1, return_inverse=True)
    return Histories(*values, np.bincount(place.ravel(), histories.customers))


def bg_nbd(rng, parameters, customers, *, longest, shortest):
    """Purchases come at a customer's rate, and after each repeat purchase a coin says whether there will be another."""
    r, alpha, a, b = parameters.values()
    observed = rng.uniform(shortest, longest, customers)
    rate, turn = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    x, last, time, there = np.zeros(customers), np.zeros(customers), np.zeros(customers), np.ones(customers, bool)
    while there.any():
        time[there] += rng.exponential(1 / np.maximum(rate[there], 1e-300))
        there &= time <= observed
        x[there] += 1
        last[there] = time[there]
        there &= rng.random(customers) >= turn
    return Histories(x, last, observed, np.ones(customers))


def pareto_nbd(rng, parameters, customers, *, longest, shortest):
    """Purchases come at a customer's rate until an hour that nobody sees."""
    r, alpha, s, beta = parameters.values()
    observed = rng.uniform(shortest, longest, customers)
    rate, end = rng.gamma(r, 1 / alpha, customers), rng.exponential(1 / rng.gamma(s, 1 / beta, customers))
    there = np.minimum(end, observed)
    x = rng.poisson(rate * there)
    last = np.where(x > 0, there * rng.random(customers) ** (1 / np.maximum(x, 1)), 0.0)
    return Histories(x.astype(float), last, observed, np.ones(customers))


def spending(rng, parameters, customers):
    """Each customer has a scale of their own, by which their 1 to 12 repeat purchases are drawn."""
    p, q, gamma = parameters.values()
    repeats = np.minimum(rng.geometric(0.4, customers), 12).astype(float)
    return Spending(repeats, rng.gamma(p * repeats, 1 / rng.gamma(q, 1 / gamma, customers)), np.ones(customers))
