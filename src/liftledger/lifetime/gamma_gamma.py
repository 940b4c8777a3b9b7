"""Gamma-Gamma: what customers spend on a purchase varies around their own mean, and means vary between customers.

Fader & Hardie (2013), "The gamma-gamma model of monetary value", note 025. A purchase is Gamma(p, nu), and nu is
Gamma(q, gamma) among customers; how much is spent does not depend on how often.
"""

import numpy as np
from scipy.special import gammaln, psi

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime.fit import Fit, Likelihood, Space, maximum
from liftledger.lifetime.histories import Numbers, Spending, dot, growing
from liftledger.lifetime.soundness import unsound_amounts

MODEL = "Gamma-Gamma"
STARTS = ((2.0, 3.0, 1.0), (10.0, 3.0, 0.2), (0.7, 5.0, 5.0))  # gamma in units of the mean purchase
WITHIN, BETWEEN = "how the purchases of one customer differ", "how customers differ in how much they spend"
TOLD = {"p": WITHIN, "q": BETWEEN, "gamma": BETWEEN}


def fit(spending: Spending) -> Fit | NoEstimate:
    """The most likely p, q and gamma, of customers with repeat purchases."""
    if reasons := unsound_amounts(spending):
        return NoEstimate(f"{MODEL}: {'; '.join(reasons)}")
    purchase = dot(spending.total, spending.customers) / dot(spending.repeats, spending.customers)
    space = Space(MODEL, {"p": 1.0, "q": 1.0, "gamma": purchase}, TOLD)
    likelihoods = [likelihood(part) for part in growing(spending)]
    found = maximum(space, likelihoods, STARTS, float(np.sum(spending.customers)))
    if isinstance(found, Fit) and found.parameters["q"] <= 1:
        return NoEstimate(
            f"{MODEL}: spending has no finite mean (q = {found.parameters['q']:.3g}, and above 1 it would have one)"
        )
    return found


def likelihood(spending: Spending) -> Likelihood:
    """The sum over customers and its gradient in p, q, gamma; note 025, equation (1a) for the customer's mean."""
    x, total, n = spending.repeats, spending.total, spending.customers
    steps, place = np.unique(x, return_inverse=True)
    held = np.bincount(place, n, len(steps))
    whole = float(np.sum(n))
    log_total = np.log(total)
    logs, constant = dot(n * x, log_total), dot(n, np.log(x) - log_total)
    weight = n * x

    def at(parameters: Numbers) -> tuple[float, Numbers]:
        p, q, gamma = parameters.tolist()
        log_both = np.log(gamma + total)
        in_total, in_count = dot(weight, log_both), dot(n, log_both)
        value = held @ _of_repeats(p, q, gamma, steps) + p * logs + constant - p * in_total - q * in_count
        both = psi(p * steps + q)
        return float(value), np.array(
            [
                held @ (steps * (both - psi(p * steps))) + logs - in_total,
                held @ both + whole * (np.log(gamma) - psi(q)) - in_count,
                whole * q / gamma - dot(p * weight + q * n, 1 / (gamma + total)),
            ]
        )

    return at


def log_likelihoods(parameters: dict[str, float], repeats: Numbers, total: Numbers) -> Numbers:
    """Of one customer with each number and total of repeat purchases; their sum over customers is the `likelihood`."""
    p, q, gamma = parameters.values()
    ends = (p * repeats + q) * np.log(gamma + total)
    return _of_repeats(p, q, gamma, repeats) + p * repeats * np.log(total) + np.log(repeats / total) - ends


def _of_repeats(p: float, q: float, gamma: float, x: Numbers) -> Numbers:
    """The part of a customer's log-likelihood that no spending is in."""
    found: Numbers = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
    return found


def expected_spend(parameters: dict[str, float], repeats: Numbers, mean: Numbers) -> Numbers:
    """Mean spend on a purchase to come, from that on `repeats` of them; where there is none, everybody's.

    Note 025, equation (5); `mean` is not looked at where `repeats` is 0.
    """
    p, q, gamma = parameters.values()
    total = np.where(repeats > 0, repeats * mean, 0.0)
    return p * (gamma + total) / (p * repeats + q - 1)


def dependence(spending: Spending) -> float:
    """Correlation between a customer's number of repeat purchases and their mean spend, which the model takes for 0."""
    n = spending.customers / np.sum(spending.customers)
    x, means = spending.repeats, spending.total / spending.repeats
    x, means = x - dot(n, x), means - dot(n, means)
    return dot(n, x * means) / float(np.sqrt(dot(n, x**2) * dot(n, means**2)))
