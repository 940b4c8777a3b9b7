"""Pareto/NBD: customers buy at their own rate until they turn away for good, at any time and unseen.

Schmittlein, Morrison & Colombo (1987), "Counting your customers", Management Science 33, 1-24. The rate of buying is
Gamma(r, alpha) among customers, that of turning away Gamma(s, beta), independently.
"""

import numpy as np
from scipy.special import expit, gammaln, psi

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime.fit import OFTEN, SOON, Fit, Likelihood, Space, maximum
from liftledger.lifetime.histories import Histories, Numbers, dot, growing
from liftledger.lifetime.quadrature import legendre, over_time
from liftledger.lifetime.soundness import unsound

MODEL = "Pareto/NBD"
STARTS = ((1.0, 1.0, 0.5, 1.0), (0.3, 0.3, 1.0, 0.5), (3.0, 3.0, 0.3, 2.0))  # alpha in units of r / mean rate
NODES = 16  # over the time since the last purchase
GONE = 40.0  # logs by which an integrand has fallen where it adds no digit
ROWS = 4096  # at a time: their nodes stay in the cache
TOLD = {"r": OFTEN, "alpha": OFTEN, "s": SOON, "beta": SOON}


def fit(histories: Histories) -> Fit | NoEstimate:
    """The most likely r, alpha, s and beta."""
    if reasons := unsound(histories):
        return NoEstimate(f"{MODEL}: {'; '.join(reasons)}")
    customers = float(np.sum(histories.customers))
    time = dot(histories.observed, histories.customers)
    units = {
        "r": 1.0,
        "alpha": time / dot(histories.repeats, histories.customers),
        "s": 1.0,
        "beta": time / customers,
    }
    likelihoods = [likelihood(part) for part in growing(histories)]
    return maximum(Space(MODEL, units, TOLD), likelihoods, STARTS, customers)


def likelihood(histories: Histories) -> Likelihood:
    """The sum over customers and its gradient in r, alpha, s, beta.

    Alive at T, or turned away at some time after the last purchase: Fader & Hardie (2005), "A note on deriving the
    Pareto/NBD model", note 009, before its integral is written as a difference of two 2F1, which cancels and has no
    closed derivative in its parameters. The integral is a weighted sum here, see `_ways`, and so is its derivative.
    """
    x, n = histories.repeats, histories.customers
    steps, place = np.unique(x, return_inverse=True)
    held = np.bincount(place, n, len(steps))
    whole, parts = float(np.sum(n)), _parts(x)

    def at(parameters: Numbers) -> tuple[float, Numbers]:
        r, alpha, s, beta = parameters.tolist()
        value = held @ _of_repeats(parameters, steps)
        gradient = np.array(
            [
                held @ (psi(r + steps) - psi(r)) + whole * np.log(alpha),
                whole * r / alpha,
                whole * np.log(beta),
                whole * s / beta,
            ]
        )
        for part in parts:
            one, slopes = _ways(parameters, x[part], histories.last[part], histories.observed[part])[:2]
            value += dot(n[part], one)
            gradient += np.sum(slopes * n[part], axis=1)
        return float(value), gradient

    return at


def log_likelihoods(parameters: dict[str, float], histories: Histories) -> Numbers:
    """Of one customer with each history; their sum over customers is the `likelihood`."""
    given = np.array(list(parameters.values()))
    return _of_repeats(given, histories.repeats) + _by_parts(given, histories, 0)


def _of_repeats(parameters: Numbers, x: Numbers) -> Numbers:
    """The part of a customer's log-likelihood that no time is in."""
    r, alpha, s, beta = parameters.tolist()
    found: Numbers = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return found


def _ways(parameters: Numbers, x: Numbers, last: Numbers, observed: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The log of (alive at T) + (turned away between t_x and T), its gradient, and the first's share: P(alive).

    (alpha + T)^-(r + x) (beta + T)^-s + s * integral of (alpha + t)^-(r + x) (beta + t)^-(s + 1) over t_x to T.
    """
    r, alpha, s, beta = parameters.tolist()
    power, until_buy, until_turn = r + x, np.log(alpha + observed), np.log(beta + observed)
    there = -power * until_buy - s * until_turn
    with np.errstate(over="ignore"):
        fallen = np.minimum(
            (alpha + last) * np.exp(GONE / power) - alpha, (beta + last) * np.exp(GONE / (s + 1)) - beta
        )
    times, weights = _times(min(alpha, beta), last, np.minimum(observed, fallen))
    buy, turn = alpha + times, beta + times
    log_buy, log_turn = np.log(buy), np.log(turn)
    highest = -power * np.log(alpha + last) - (s + 1) * np.log(beta + last)
    density = weights * np.exp(-power[:, None] * log_buy - (s + 1) * log_turn - highest[:, None])
    mass = np.sum(density, axis=1)
    with np.errstate(divide="ignore"):  # nobody turns away after T
        gone = np.log(s * mass) + highest
    away, stay = expit(gone - there), expit(there - gone)
    density *= (away / np.where(mass > 0, mass, 1.0))[:, None]

    def over(said: Numbers) -> Numbers:
        found: Numbers = np.einsum("ij,ij->i", density, said)
        return found

    slopes = (
        -stay * until_buy - over(log_buy),
        -power * (stay / (alpha + observed) + over(1 / buy)),
        -stay * until_turn + away / s - over(log_turn),
        -s * stay / (beta + observed) - (s + 1) * over(1 / turn),
    )
    return np.logaddexp(there, gone), np.stack(slopes), stay


def _times(least: float, since: Numbers, until: Numbers) -> tuple[Numbers, Numbers]:
    """Times and weights of an integral from `since` to `until`, a row a history.

    They are spread evenly in log(m + t), m = min(alpha, beta), where no singularity of the integrand is nearer than pi.
    """
    places, weights = legendre(NODES)
    low = np.log(least + since)
    span = np.log(least + until) - low
    spread = np.exp(low[:, None] + span[:, None] * places)
    return spread - least, span[:, None] * weights * spread


def alive(parameters: dict[str, float], histories: Histories) -> Numbers:
    """P(alive) at the end of observation, a row a history."""
    return _by_parts(np.array(list(parameters.values())), histories, 2)


def _by_parts(parameters: Numbers, histories: Histories, which: int) -> Numbers:
    """One of the answers of `_ways`, a row a history."""
    x, last, observed = histories.repeats, histories.last, histories.observed
    found = np.empty(len(x))
    for part in _parts(x):
        found[part] = _ways(parameters, x[part], last[part], observed[part])[which]
    return found


def _parts(rows: Numbers) -> list[slice]:
    return [slice(start, start + ROWS) for start in range(0, len(rows), ROWS)]


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
    scale = beta + observed
    with np.errstate(over="ignore"):
        fallen = scale * np.expm1(GONE / s)
    times, weights = over_time(scale, np.minimum(horizon, fallen), force)
    stays: Numbers = np.sum(weights * np.exp(-s * np.log1p(times)), axis=1)
    return stays
