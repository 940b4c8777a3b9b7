"""Averages over customers of what models say of each, with intervals by the errors of the models' parameters."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from liftledger.domain.estimate import Interval
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers

STEP = 1e-4  # of a parameter's log

Said = Callable[..., Numbers]
"""A number a row, from the parameters of each model: `lambda buying, spending: ...`."""


def average(fits: Sequence[Fit], said: Said, customers: Numbers, *, confidence: float, share: bool = False) -> Interval:
    """Mean over customers, rows being weighted by how many they are; models are taken to be fitted independently.

    The delta method, with differences in the logs of the parameters: var = g' C g. The interval is one of the mean's
    log, or log odds where it is a `share`, so that it stays where the mean can be. Customers are those at hand: that
    others might have come, or buy otherwise than expected, is not in it.
    """
    parameters = [fit.parameters for fit in fits]

    def mean(at: Sequence[dict[str, float]]) -> float:
        return float(said(*at) @ customers / np.sum(customers))

    value, variance = mean(parameters), 0.0
    for place, fit in enumerate(fits):
        slopes = np.array([
            (mean(_moved(parameters, place, name, STEP)) - mean(_moved(parameters, place, name, -STEP)))
            / (2 * STEP * fit.parameters[name])
            for name in fit.parameters
        ])
        variance += float(slopes @ np.array(fit.covariance) @ slopes)
    return _interval(value, math.sqrt(max(variance, 0.0)), confidence, share)
