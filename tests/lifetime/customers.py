"""Customers drawn from the stories that the models tell, with what they do later; and rows made by hand."""

from typing import NamedTuple

import numpy as np

from liftledger.lifetime.histories import Histories, Spending


class Drawn(NamedTuple):
    histories: Histories
    alive: np.ndarray  # at the end of observation
    later: np.ndarray  # purchases in the time ahead
    worth: np.ndarray  # of these, each discounted to the end of observation


def rows(*found):
    """Histories (x, t_x, T), one customer each."""
    return Histories(*np.array(found, dtype=float).reshape(-1, 3).T, np.ones(len(found)))


def changed(histories, **columns):
    return Histories(**{name: getattr(histories, name) for name in Histories.__struct_fields__} | columns)


def counted(histories):
    """Distinct ones with counts."""
    columns = np.stack((histories.repeats, histories.last, histories.observed))
    values, place = np.unique(columns, axis=1, return_inverse=True)
    return Histories(*values, np.bincount(place.ravel(), histories.customers))


def bg_nbd(rng, parameters, customers, observed, ahead=0.0, force=0.0):
    """Purchases come at a customer's rate, and after each repeat purchase a coin says whether there will be another."""
    r, alpha, a, b = parameters.values()
    observed = np.broadcast_to(np.asarray(observed, dtype=float), customers)
    rate, turn = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    x, last, later, worth, time = (np.zeros(customers) for _ in range(5))
    there, alive = np.ones(customers, bool), np.ones(customers, bool)
    while there.any():
        time[there] += rng.exponential(1 / np.maximum(rate[there], 1e-12))
        there &= time <= observed + ahead
        now, then = there & (time <= observed), there & (time > observed)
        x[now] += 1
        last[now] = time[now]
        later[then] += 1
        worth[then] += np.exp(-force * (time - observed)[then])
        there &= rng.random(customers) >= turn
        alive[now] = there[now]
    return Drawn(Histories(x, last, observed, np.ones(customers)), alive, later, worth)


def pareto_nbd(rng, parameters, customers, observed, ahead=0.0, force=0.0):
    """Purchases come at a customer's rate until an hour that nobody sees."""
    r, alpha, s, beta = parameters.values()
    observed = np.broadcast_to(np.asarray(observed, dtype=float), customers)
    rate, end = rng.gamma(r, 1 / alpha, customers), rng.exponential(1 / rng.gamma(s, 1 / beta, customers))
    there = np.minimum(end, observed)
    x = rng.poisson(rate * there)
    last = np.where(x > 0, there * rng.random(customers) ** (1 / np.maximum(x, 1)), 0.0)  # the last of x alike
    on = np.clip(end - observed, 0, ahead)
    later = rng.poisson(rate * on)
    who = np.repeat(np.arange(customers), later)
    worth = np.bincount(who, np.exp(-force * on[who] * rng.random(len(who))), customers)
    return Drawn(Histories(x.astype(float), last, observed, np.ones(customers)), end > observed, later, worth)


def spending(rng, parameters, customers):
    """Each customer has a scale of their own, by which their 1 to 12 repeat purchases are drawn."""
    p, q, gamma = parameters.values()
    repeats = np.minimum(rng.geometric(0.4, customers), 12).astype(float)
    return Spending(repeats, rng.gamma(p * repeats, 1 / rng.gamma(q, 1 / gamma, customers)), np.ones(customers))
