"""Averages over customers of what models say of each, with intervals by the errors of the models' parameters."""

import math
from collections.abc import Callable, Sequence
from functools import partial

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

    def mean(place: int, moved: dict[str, float]) -> float:
        return dot(said(*given[:place], moved, *given[place + 1 :]), customers) / whole

    value = dot(said(*given), customers) / whole
    variance = 0.0
    for place, fit in enumerate(fits):
        slope = slopes(fit, partial(mean, place))
        variance += float(slope @ np.array(fit.covariance) @ slope)
    error = math.sqrt(max(variance, 0.0))
    if not share:
        return on_log(value, error, confidence=confidence)
    if error == 0 or not 0 < value < 1:
        return Interval(value, error, value, value)
    z = float(ndtri((1 + confidence) / 2))
    low, high = (1 / (1 + (1 - value) / value * math.exp(s * z * error / (value * (1 - value)))) for s in (1, -1))
    return Interval(value, error, low, high)


def slopes(fit: Fit, said: Callable[[dict[str, float]], Numbers | float]) -> Numbers:
    """Derivatives in the parameters of what is said by them, by differences in their logs; a row a parameter."""
    rows = []
    for name, size in fit.parameters.items():
        more, less = ({**fit.parameters, name: size * math.exp(step)} for step in (STEP, -STEP))
        rows.append((said(more) - said(less)) / (2 * STEP * size))
    return np.array(rows)


def on_log(value: float, error: float, *, confidence: float) -> Interval:
    """The interval of the log of a number above 0; none other has a width."""
    if error == 0 or value <= 0:
        return Interval(value, error, value, value)
    z = float(ndtri((1 + confidence) / 2))
    return Interval(value, error, *(value * math.exp(s * z * error / value) for s in (-1, 1)))
