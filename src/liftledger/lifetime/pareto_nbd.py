"""Pareto/NBD: customers buy at their own rate until they turn away for good, at any time and unseen.

Schmittlein, Morrison & Colombo (1987), "Counting your customers", Management Science 33, 1-24. The rate of buying is
Gamma(r, alpha) among customers, that of turning away Gamma(s, beta), independently.
"""

import numpy as np
from scipy.special import expit, gammaln, psi

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime.fit import Fit, Likelihood, Space, maximum
from liftledger.lifetime.histories import Histories, Numbers
from liftledger.lifetime.quadrature import ahead, legendre
from liftledger.lifetime.soundness import unsound

MODEL = "Pareto/NBD"
STARTS = ((1.0, 1.0, 0.5, 1.0), (0.3, 0.3, 1.0, 0.5), (3.0, 3.0, 0.3, 2.0))  # alpha in units of r / mean rate
NODES = 16  # over the time since the last purchase
GONE = 40.0  # logs below which a density adds no digit
ROWS = 4096  # at a time: their nodes stay in the cache
NOWHERE = {
    "r": ("almost nobody buys again", "customers do not differ in how often they buy"),
    "alpha": ("almost nobody buys again", "customers do not differ in how often they buy"),
    "s": ("nobody turns away", "customers do not differ in how soon they turn away"),
    "beta": ("some customers turn away at once and the others never", "customers do not differ in how soon they turn away"),
}


def fit(histories: Histories) -> Fit | NoEstimate:
    """The most likely r, alpha, s and beta."""
    if reasons := unsound(histories):
        return NoEstimate(f"{MODEL}: {'; '.join(reasons)}")
    customers = float(np.sum(histories.customers))
    time = float(histories.observed @ histories.customers)
    units = {"r": 1.0, "alpha": time / float(histories.repeats @ histories.customers), "s": 1.0, "beta": time / customers}
    return maximum(Space(MODEL, units, NOWHERE), likelihood(histories), STARTS, customers)


def likelihood(histories: Histories) -> Likelihood:
    """The sum over customers and its gradient in r, alpha, s, beta.

    Alive at T, or turned away at some time after the last purchase: Fader & Hardie (2005), "A note on deriving the
    Pareto/NBD model", note 009, equation (12) before its integral is written as a difference of two 2F1, which cancels
    and has no closed derivative in its parameters. The integral is a weighted sum here, see `_Away`, and the gradient is
    that of the terms.
    """
    x, n = histories.repeats, histories.customers
    steps, place = np.unique(x, return_inverse=True)
    held = np.bincount(place, n, len(steps))
    whole, parts = float(np.sum(n)), range(0, len(x), ROWS)

    def at(parameters: Numbers) -> tuple[float, Numbers]:
        r, alpha, s, beta = parameters.tolist()
        value = held @ (gammaln(r + steps) - gammaln(r)) + whole * (r * np.log(alpha) + s * np.log(beta))
        gradient = np.array(
            [held @ (psi(r + steps) - psi(r)) + whole * np.log(alpha), whole * r / alpha, whole * np.log(beta), whole * s / beta]
        )
        for start in parts:
            part = slice(start, start + ROWS)
            one, slopes = _ways(parameters, x[part], histories.last[part], histories.observed[part])[:2]
            value += n[part] @ one
            gradient += slopes @ n[part]
        return float(value), gradient

    return at


def _ways(parameters: Numbers, x: Numbers, last: Numbers, observed: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The log of (alive at T) + (turned away between t_x and T), its gradient, and the first's share: P(alive).

    (alpha + T)^-(r + x) (beta + T)^-s + s * integral of (alpha + t)^-(r + x) (beta + t)^-(s + 1) over t_x to T. With m =
    min(alpha, beta), nodes are spread evenly in log(m + t), where no singularity is nearer than pi; they end where the
    integrand has fallen by e^-40. The sum has 12 digits where T is below 100 m, and 8 at 10,000 m.
    """
    r, alpha, s, beta = parameters.tolist()
    power = r + x
    places, weights = legendre(NODES)
    least, most = min(alpha, beta), max(alpha, beta)
    with np.errstate(over="ignore"):
        reach = np.minimum(observed, (alpha + last) * np.exp(GONE / power) - alpha)
    low = np.log(least + last)
    span = np.log(least + reach) - low
    near = low[:, None] + span[:, None] * places
    times = np.exp(near)  # m + t
    far = np.log(times + (most - least))
    log_buy, log_turn = (near, far) if alpha <= beta else (far, near)
    since_buy, since_turn = np.log(alpha + last), np.log(beta + last)
    until_buy, until_turn = np.log(alpha + observed), np.log(beta + observed)
    density = weights * times * np.exp(power[:, None] * (since_buy[:, None] - log_buy) + (s + 1) * (since_turn[:, None] - log_turn))
    mass = np.sum(density, axis=1)
    with np.errstate(divide="ignore"):
        gone = np.log(s * span * mass) - power * since_buy - (s + 1) * since_turn
    there = -power * until_buy - s * until_turn
    away = expit(gone - there)
    stay = 1 - away
    density *= (away / mass)[:, None]
    by_near, by_far = 1 / times, 1 / (times + (most - least))
    by_buy, by_turn = (by_near, by_far) if alpha <= beta else (by_far, by_near)
    slopes = np.stack(
        (
            -stay * until_buy - np.einsum("ij,ij->i", density, log_buy),
            -power * (stay / (alpha + observed) + np.einsum("ij,ij->i", density, by_buy)),
            -stay * until_turn + away / s - np.einsum("ij,ij->i", density, log_turn),
            -stay * s / (beta + observed) - (s + 1) * np.einsum("ij,ij->i", density, by_turn),
        )
    )
    return np.logaddexp(there, gone), slopes, stay


def alive(parameters: dict[str, float], histories: Histories) -> Numbers:
    """P(alive) at the end of observation, a row a history."""
    found = np.empty(len(histories.repeats))
    given = np.array(list(parameters.values()))
    for start in range(0, len(found), ROWS):
        part = slice(start, start + ROWS)
        found[part] = _ways(given, histories.repeats[part], histories.last[part], histories.observed[part])[2]
    return found


def expected(parameters: dict[str, float], histories: Histories, ahead: float) -> Numbers:
    """Purchases expected in (T, T + ahead], a row a history; note 009, equation (41)."""
    return discounted(parameters, histories, horizon=ahead)


def discounted(
    parameters: dict[str, float], histories: Histories, *, horizon: float, rate: float = 0.0, year: float = 1.0
) -> Numbers:
    """Purchases expected in the time ahead, each discounted to the end of observation at an effective rate a year.

    `year` is its length in the unit of the histories. Without an end this is DERT: Fader, Hardie & Lee (2005), "RFM and
    CLV", Journal of Marketing Research 42, 415-430, equation (2).
    """
    r, alpha, _, _ = parameters.values()
    observed, place = np.unique(histories.observed, return_inverse=True)
    buying = (r + histories.repeats) / (alpha + histories.observed)
    stays = _stays(parameters, observed, horizon, np.log1p(rate) / year)[place]
    return alive(parameters, histories) * buying * stays


def expected_new(parameters: dict[str, float], times: Numbers) -> Numbers:
    """Repeat purchases expected of a new customer by each time since the first purchase; note 009, equation (19)."""
    r, alpha, _, _ = parameters.values()
    return r / alpha * _stays(parameters, np.zeros(len(times)), times, 0.0)


def _stays(parameters: dict[str, float], observed: Numbers, horizon: Numbers | float, force: float) -> Numbers:
    """Discounted time ahead for which one who is alive at T stays: the integral of ((beta + T) / (beta + T + t))^s."""
    _, _, s, beta = parameters.values()
    times, weights = ahead(beta + observed, horizon, force)
    return np.sum(weights * np.exp(-s * np.log1p(times)), axis=1)
