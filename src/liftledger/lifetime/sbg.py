"""The shifted beta-geometric model (sBG): contractual customers, each with a chance of their own to leave at a renewal.

Fader & Hardie (2007), "How to project customer retention", Journal of Interactive Marketing 21, 76-90. Their theta is
a customer's churn a period, beta-distributed over customers with alpha and beta; r_t is the retention of period t.
Those who leave easily leave first, so retention rises with tenure though nobody becomes more loyal.
"""

import numpy as np

from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.lifetime.averages import average
from liftledger.lifetime.fit import Fit, Space, maximum
from liftledger.lifetime.histories import Numbers, Tenures, Whole

DIFFER = "how customers differ in churn, as retention hardly rises with tenure"
MODEL = "sBG"
SPACE = Space(MODEL, {"alpha": 1.0, "beta": 1.0}, {"alpha": DIFFER, "beta": DIFFER})
NEGLIGIBLE = 1e-17  # what the terms left out of an endless sum hold, at most, of its first term
TERMS = 10_000_000  # of such a sum, at most


def fit(tenures: Tenures) -> Fit | NoEstimate:
    """Maximum likelihood.

    With the retention of equation (7), r_t = (beta + t - 1) / (alpha + beta + t - 1), every customer at risk in period
    t gives a factor: r_t who stayed, 1 - r_t who left. So cohorts observed for different times need no case of their
    own, and the likelihood no gamma function. It has one maximum, or none.
    """
    left, stayed = steps(tenures)
    reason = _refused(left, stayed)
    if reason is not None:
        return NoEstimate(f"{SPACE.model}: {reason}")
    churn = float(left.sum() / (left + stayed).sum())
    likelihoods = [lambda at: _likelihood(at, left, stayed)]
    return maximum(SPACE, likelihoods, [(churn, 1 - churn)], float(left[0] + stayed[0]))


def survival(fit: Fit, periods: Numbers) -> Numbers:
    """Share of customers still there after so many periods, at least 0 and whole; equation (6)."""
    last = int(np.max(periods, initial=0.0))
    share = np.concatenate(([1.0], np.cumprod(retention(fit, np.arange(1.0, last + 1)))))
    there: Numbers = share[periods.astype(int)]
    return there


def retention(fit: Fit, periods: Numbers) -> Numbers:
    """Share of those who came to a period (1, 2, ...) who stay after it; equation (7)."""
    alpha, beta = fit.parameters["alpha"], fit.parameters["beta"]
    kept: Numbers = (beta + periods - 1) / (alpha + beta + periods - 1)
    return kept


def derl(fit: Fit, renewal: int, discount: float, *, horizon: int | None = None, confidence: float = 0.95) -> Answer:
    """Discounted expected residual lifetime (DERL), in periods, of one who is about to renew for the n-th time.

    Fader & Hardie (2010), "Customer-base valuation in a contractual setting: the perils of ignoring heterogeneity",
    Marketing Science 29, 85-93. The renewal itself is not discounted. `discount` is that of a period. `horizon` counts
    this renewal and those after it; without one there is no end.
    """
    customers = np.zeros(renewal)
    customers[-1] = 1
    return mean_derl(fit, customers, discount, horizon=horizon, confidence=confidence)


def mean_derl(
    fit: Fit, customers: Numbers, discount: float, *, horizon: int | None = None, confidence: float = 0.95
) -> Answer:
    """The mean DERL of customers who are about to renew: customers[n - 1] of them for the n-th time."""
    if customers.sum() <= 0:
        return NoEstimate("there are no customers who could renew")
    terms = _terms(discount, horizon)
    if isinstance(terms, NoEstimate):
        return terms
    renewed = np.flatnonzero(customers)
    return average(
        [fit], lambda moved: derls(moved, renewed, discount, terms), customers[renewed], confidence=confidence
    )


def derls(parameters: dict[str, float], renewed: Whole, discount: float, horizon: int) -> Numbers:
    """DERL over a horizon, of customers by how often they have renewed."""
    return np.array([_derl(parameters, float(times), discount, horizon) for times in renewed])


def _derl(parameters: dict[str, float], renewed: float, discount: float, terms: int) -> float:
    """DERL of one who has renewed so many times, term by term.

    Of the closed form, r_n 2F1(1, beta + n; alpha + beta + n; 1 / (1 + d)), scipy has no value where alpha and beta
    are in the thousands.
    """
    ahead = np.arange(terms, dtype=np.float64)
    stay = parameters["beta"] + renewed + ahead
    return float(np.cumprod(stay / (parameters["alpha"] + stay)) @ np.exp(-ahead * np.log1p(discount)))


def _terms(discount: float, horizon: int | None) -> int | NoEstimate:
    """Of the sum; without a horizon as many as it takes until discounting makes the rest negligible."""
    if horizon is not None:
        return horizon
    if discount <= 0:
        return NoEstimate("without a discount rate or a horizon the years to come have no bounded value")
    terms = -np.log(NEGLIGIBLE * min(discount, 1.0)) / np.log1p(discount)
    if terms > TERMS:
        return NoEstimate(f"at a discount of {discount:.3g} a period the value hardly has a bound; give a horizon")
    return int(terms) + 1


def steps(tenures: Tenures) -> tuple[Numbers, Numbers]:
    """Of each period, those who left at its end and those who stayed."""
    at_risk = np.cumsum((tenures.left + tenures.going)[::-1])[::-1]
    return tenures.left, at_risk - tenures.left


def _refused(left: Numbers, stayed: Numbers) -> str | None:
    """Why the likelihood has no maximum, or nothing to tell the parameters by."""
    at_risk, churned = left + stayed, left.sum()
    if at_risk.sum() == 0:
        return "no customer was observed for a whole period"
    if churned == 0:
        return "nobody left, so nothing shows how long customers stay"
    if churned == at_risk[0]:
        return "everybody left, so there is nobody whose time to come could be told"
    if at_risk[1:].sum() == 0:
        return "nobody was observed for a second period, so nothing shows how retention changes with tenure"
    if left[1:].sum() == 0:
        return "all who left did so in their first period: at the model's limit the others stay for ever"
    if _heterogeneity(left, stayed) <= 0:
        return (
            f"retention does not rise with tenure: the model's limit is one churn of {churned / at_risk.sum():.3g} a "
            "period for every customer"
        )
    return None


def _heterogeneity(left: Numbers, stayed: Numbers) -> float:
    """Slope of the log-likelihood by 1 / (alpha + beta) where all customers share one churn.

    With theta = alpha / (alpha + beta) and phi = 1 / (alpha + beta), r_t = (1 - theta + (t - 1) phi) / (1 + (t - 1)
    phi). Where the likelihood does not rise from phi = 0, its maximum is there, and alpha and beta are infinite.
    """
    before = np.arange(len(left))
    kept = stayed.sum() / (left + stayed).sum()
    return float(before @ (stayed / kept - left - stayed))


def _likelihood(parameters: Numbers, left: Numbers, stayed: Numbers) -> tuple[float, Numbers]:
    """The log-likelihood and its gradient by alpha and beta."""
    alpha, beta = parameters
    stay = beta + np.arange(len(left))
    either = alpha + stay
    at_risk, churned = left + stayed, float(left.sum())
    value = churned * np.log(alpha) + stayed @ np.log(stay) - at_risk @ np.log(either)
    by_either = at_risk @ (1 / either)
    return float(value), np.array([churned / alpha - by_either, stayed @ (1 / stay) - by_either])
