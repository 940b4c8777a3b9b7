"""Constant churn: every customer leaves at the same rate, however long they have stayed.

What most spreadsheets assume. Beside the shifted beta-geometric model it shows its bias: churn measured on young
customers, most of whom leave early, is taken for that of those who stay.
"""

import numpy as np

from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.lifetime.averages import average
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers, Tenures, Whole
from liftledger.lifetime.sbg import steps

MODEL = "one churn"


def pooled(tenures: Tenures) -> float | NoEstimate:
    """Retention a period: of all periods that customers came to, the share after which they stayed."""
    left = float(tenures.left.sum())
    periods = sum(count * (t + 1) for t, count in enumerate((tenures.left + tenures.going).tolist()))
    return NoEstimate("no customer was observed for a whole period") if periods == 0 else 1 - left / periods


def residual(retention: float, discount: float, *, horizon: int | None = None) -> float | NoEstimate:
    """Expected discounted periods of one who is about to renew, as `sbg.derl` counts them: r / (1 - r / (1 + d))."""
    kept = retention / (1 + discount)
    if horizon is not None:
        return horizon * retention if kept == 1 else retention * (1 - kept**horizon) / (1 - kept)
    if kept >= 1:
        return NoEstimate("nobody leaves and nothing is discounted, so the value has no bound; give a horizon")
    return retention / (1 - kept)


def fit(tenures: Tenures) -> Fit | NoEstimate:
    """Maximum likelihood: of all periods that customers came to, the share after which they left.

    It is what the shifted beta-geometric model comes to where retention does not rise with tenure. It takes two
    periods: of one, nothing shows whether retention changes.
    """
    left, stayed = steps(tenures)
    periods, gone = float(np.sum(left + stayed)), float(np.sum(left))
    if not 0 < gone < periods or len(left) < 2 or not np.any(left[1:]):
        return NoEstimate(f"{MODEL}: nobody left after the first period, or everybody did")
    churn = gone / periods
    value = gone * np.log(churn) + (periods - gone) * np.log1p(-churn)
    variance = churn * (1 - churn) / periods
    return Fit(MODEL, {"churn": churn}, ((variance,),), float(value), float(left[0] + stayed[0]))


def retention(fit: Fit, periods: Numbers) -> Numbers:
    """Share of those who came to a period who stay after it: the same of each."""
    return np.full(len(periods), 1 - fit.parameters["churn"])


def survival(fit: Fit, periods: Numbers) -> Numbers:
    """Share of customers still there after so many periods."""
    there: Numbers = (1 - fit.parameters["churn"]) ** periods
    return there


def mean_derl(
    fit: Fit, customers: Numbers, discount: float, *, horizon: int | None = None, confidence: float = 0.95
) -> Answer:
    """As of `sbg`: discounted periods to come of those who are about to renew; here tenure makes no difference."""
    if customers.sum() <= 0:
        return NoEstimate("there are no customers who could renew")
    bounded = residual(1 - fit.parameters["churn"], discount, horizon=horizon)
    if isinstance(bounded, NoEstimate):
        return bounded
    return average([fit], lambda moved: _ahead(moved, 1, discount, horizon), np.ones(1), confidence=confidence)


def derls(parameters: dict[str, float], renewed: Whole, discount: float, horizon: int) -> Numbers:
    """As of `sbg`, of customers by how often they have renewed: the same of each."""
    return _ahead(parameters, len(renewed), discount, horizon)


def _ahead(parameters: dict[str, float], customers: int, discount: float, horizon: int | None) -> Numbers:
    found = residual(1 - parameters["churn"], discount, horizon=horizon)
    assert not isinstance(found, NoEstimate)
    return np.full(customers, found)
