"""BG/NBD: customers buy at their own rate, and after each repeat purchase may turn away for good.

Fader, Hardie & Lee (2005), "Counting your customers the easy way", Marketing Science 24, 275-284: the rate is Gamma(r,
alpha) among customers, the probability of turning away Beta(a, b), independently. After the first purchase nobody turns
away, so that those who bought once are all alive.
"""

import numpy as np
from scipy.special import expit, gammaln, psi

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime.fit import OFTEN, SOON, Fit, Likelihood, Space, maximum
from liftledger.lifetime.histories import Histories, Numbers, dot, growing, pairs
from liftledger.lifetime.quadrature import beta, over_time
from liftledger.lifetime.soundness import unsound

MODEL = "BG/NBD"
STARTS = ((1.0, 1.0, 0.5, 2.0), (0.3, 0.3, 1.0, 3.0), (3.0, 3.0, 0.3, 5.0))  # alpha in units of r / mean rate
DIGITS = 25.0  # natural, of an integral over the probability: 1e-11
FEWEST, MOST = 24, 128  # nodes of one
TOLD = {"r": OFTEN, "alpha": OFTEN, "a": SOON, "b": SOON}


def fit(histories: Histories) -> Fit | NoEstimate:
    """The most likely r, alpha, a and b."""
    if reasons := unsound(histories):
        return NoEstimate(f"{MODEL}: {'; '.join(reasons)}")
    customers = float(np.sum(histories.customers))
    unit = dot(histories.observed, histories.customers) / dot(histories.repeats, histories.customers)
    space = Space(MODEL, {"r": 1.0, "alpha": unit, "a": 1.0, "b": 1.0}, TOLD)
    likelihoods = [likelihood(part) for part in growing(histories)]
    return maximum(space, likelihoods, STARTS, customers)


def likelihood(histories: Histories) -> Likelihood:
    """The sum over customers and its gradient in r, alpha, a, b.

    Fader & Hardie (2013), "Overcoming the BG/NBD model's #NUM! error problem", note 027: the two ways in which a
    history comes about, alive or turned away after the last purchase, are added as logs.
    """
    x, n = histories.repeats, histories.customers
    again = x > 0
    steps, place = np.unique(x[again], return_inverse=True)
    held = np.bincount(place, n[again], len(steps))  # customers by repeat purchases, which most terms know alone
    whole = float(np.sum(n))
    once, once_held = histories.observed[~again], n[~again]
    repeats, last, observed, customers = x[again], histories.last[again], histories.observed[again], n[again]

    def at(parameters: Numbers) -> tuple[float, Numbers]:
        r, alpha, a, b = parameters.tolist()
        since, until = alpha + last, alpha + observed
        log_since, log_until = np.log(since), np.log(until)
        turn = np.log(a / (b + steps - 1))[place]
        power = r + repeats
        odds = turn + power * (log_until - log_since)  # log odds of having turned away
        away = expit(odds) * customers
        stay = customers - away
        once_until = np.log(alpha + once)
        value = (
            held @ _of_repeats(r, a, b, steps)
            + whole * r * np.log(alpha)
            - r * dot(once_held, once_until)
            + dot(customers, np.logaddexp(0, odds) - power * log_until)
        )
        by_r = (
            held @ (psi(r + steps) - psi(r))
            + whole * np.log(alpha)
            - dot(once_held, once_until)
            - dot(stay, log_until)
            - dot(away, log_since)
        )
        by_alpha = whole * r / alpha - r * dot(once_held, 1 / (alpha + once)) - dot(power, stay / until + away / since)
        dropped = np.bincount(place, away, len(steps))
        both = psi(a + b) - psi(a + b + steps)
        by_a = held @ both + np.sum(dropped) / a
        by_b = held @ (both + psi(b + steps) - psi(b)) - dropped @ (1 / (b + steps - 1))
        return float(value), np.array([by_r, by_alpha, by_a, by_b])

    return at


def log_likelihoods(parameters: dict[str, float], histories: Histories) -> Numbers:
    """Of one customer with each history; their sum over customers is the `likelihood`."""
    r, alpha, a, b = parameters.values()
    x, observed = histories.repeats, histories.observed
    ways = np.where(x > 0, np.logaddexp(0, _odds(parameters, histories)), 0.0)
    found: Numbers = _of_repeats(r, a, b, x) + r * np.log(alpha) - (r + x) * np.log(alpha + observed) + ways
    return found


def _of_repeats(r: float, a: float, b: float, x: Numbers) -> Numbers:
    """The part of a customer's log-likelihood that no time is in; 0 of one who bought once."""
    found: Numbers = gammaln(r + x) - gammaln(a + b + x) + gammaln(b + x) - gammaln(r) + gammaln(a + b) - gammaln(b)
    return found


def _odds(parameters: dict[str, float], histories: Histories) -> Numbers:
    """Log odds of having turned away after the last purchase; of no meaning where it was the first."""
    r, alpha, a, b = parameters.values()
    again = np.maximum(histories.repeats, 1)
    since, until = alpha + histories.last, alpha + histories.observed
    odds: Numbers = np.log(a / (b + again - 1)) + (r + again) * np.log(until / since)
    return odds


def alive(parameters: dict[str, float], histories: Histories) -> Numbers:
    """P(alive) at the end of observation, a row a history.

    Fader, Hardie & Lee (2008), "Computing P(alive) using the BG/NBD model", note 021.
    """
    return np.where(histories.repeats > 0, expit(-_odds(parameters, histories)), 1.0)


def expected(parameters: dict[str, float], histories: Histories, ahead: float) -> Numbers:
    """Purchases expected in (T, T + ahead], a row a history; equation (10) of the paper."""
    return discounted(parameters, histories, horizon=ahead)


def discounted(
    parameters: dict[str, float], histories: Histories, *, horizon: float, rate: float = 0.0, year: float = 1.0
) -> Numbers:
    """Purchases expected in the time ahead, each discounted to the end of observation at an effective rate a year.

    `year` is its length in the unit of the histories.
    """
    repeats, observed, places = pairs(histories.repeats, histories.observed)
    ahead = _while_alive(parameters, repeats, observed, horizon, np.log1p(rate) / year)
    return alive(parameters, histories) * ahead[places]


def expected_new(parameters: dict[str, float], times: Numbers) -> Numbers:
    """Repeat purchases expected of a new customer by each time since the first purchase; equation (9) of the paper."""
    zeros = np.zeros(len(times))
    return _while_alive(parameters, zeros, zeros, times, 0.0)


def _while_alive(
    parameters: dict[str, float], repeats: Numbers, observed: Numbers, horizon: Numbers | float, force: float
) -> Numbers:
    """Discounted purchases ahead of a customer who is alive; rows are in the order of `repeats`.

    The equations of the paper divide by a - 1 and lose digits near it, so their derivative is integrated instead. The
    rate of those alive is Gamma(r + x, alpha + T) and their probability p of turning away Beta(a, b + x), so that at
    c t from now, c = alpha + T, purchases come at a rate of (r + x) / c E[(1 + p t)^-k] with k = r + x + 1. That falls
    too steeply for few nodes where k t is above b + x. By p = v / (1 + u - u v) it is, for any u above 0, the
    expectation over a v that is Beta(a, b + x) of

        (1 + u)^-a (1 - v u / (1 + u))^(k - a - b - x) (1 + v (t - u) / (1 + u))^-k,

    which is level at v = 0 for the u that is taken. (u = t is Pfaff's transformation of a 2F1, DLMF 15.8.1.)
    """
    r, alpha, a, b = parameters.values()
    found = np.empty(len(repeats))
    starts = np.flatnonzero(np.diff(repeats, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(repeats)], strict=True):
        x, scale = float(repeats[start]), alpha + observed[start:end]
        k, whole = r + x + 1, a + b + x
        steep = max(1.0, k * a / whole)  # of the rate at t = 0
        times, weights = over_time(scale / steep, horizon, force)
        times /= steep
        level = times * (k / whole)
        near, far = level / (1 + level), (times - level) / (1 + level)
        rate = np.zeros(times.shape)
        for v, share in zip(*beta(a, b + x, _nodes(float(np.max(times)))), strict=True):
            rate += share * np.exp((k - whole) * np.log1p(-near * v) - k * np.log1p(far * v))
        found[start:end] = (r + x) / scale * np.sum(weights * rate * np.exp(-a * np.log1p(level)), axis=1)
    return found


def _nodes(reach: float) -> int:
    """How many nodes see a function on 0 to 1 that is singular 1 / reach away from it.

    Trefethen (2008), "Is Gauss quadrature better than Clenshaw-Curtis?", SIAM Review 50, 67-87, theorem 4.5.
    """
    gain = 4 * np.arcsinh(1 / np.sqrt(max(reach, 1.0)))  # natural digits a node
    return int(np.clip(np.ceil(DIGITS / gain), FEWEST, MOST))
