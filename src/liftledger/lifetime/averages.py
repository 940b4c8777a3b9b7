"""Averages over customers of what models say of each, with intervals by the errors of the models' parameters."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtri

from liftledger.domain.estimate import Interval
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers, dot

STEP = 1e-4  # of a parameter's log

Said = Callable[..., Numbers]
"""A number a row, from the parameters of each model: `lambda buying, spending: ...`."""


def average(
    fits: Sequence[Fit], said: Said, customers: Numbers, *, confidence: float = 0.95, share: bool = False
) -> Interval:
    """Mean over customers of a number above 0, each row being weighted by how many it stands for.

    The delta method, with the gradient by differences in the logs of the parameters; the models' errors are taken to be
    independent, as the models are. The interval is that of the mean's log, or of its log odds where it is a `share`, so
    that it ends where the mean can be. It is about these customers: that they may buy more or less than expected of
    them is not in it.
    """
    given = [fit.parameters for fit in fits]
    whole = float(np.sum(customers))

    def mean(place: int, name: str, factor: float) -> float:
        moved = [dict(parameters) for parameters in given]
        moved[place][name] *= factor
        return dot(said(*moved), customers) / whole

    value = dot(said(*given), customers) / whole
    variance = 0.0
    for place, fit in enumerate(fits):
        slopes = np.array(
            [
                (mean(place, name, math.exp(STEP)) - mean(place, name, math.exp(-STEP))) / (2 * STEP * size)
                for name, size in fit.parameters.items()
            ]
        )
        variance += float(slopes @ np.array(fit.covariance) @ slopes)
    error = math.sqrt(max(variance, 0.0))
    z = float(ndtri((1 + confidence) / 2))
    if error == 0 or value <= 0 or (share and value >= 1):
        return Interval(value, error, value, value)
    if not share:
        return on_log(value, error, confidence=confidence)
    low, high = (1 / (1 + (1 - value) / value * math.exp(s * z * error / (value * (1 - value)))) for s in (1, -1))
    return Interval(value, error, low, high)


def on_log(value: float, error: float, *, confidence: float) -> Interval:
    """The interval of the log of a number above 0."""
    z = float(ndtri((1 + confidence) / 2))
    return Interval(value, error, *(value * math.exp(s * z * error / value) for s in (-1, 1)))
