"""How a quantity varies that is computed from fitted parameters: the delta method."""

import math
from collections.abc import Sequence

from scipy import special

from liftledger.domain.estimate import Interval
from liftledger.lifetime.fit import Fit


def delta(fit: Fit, value: float, gradient: Sequence[float], *, confidence: float) -> Interval:
    """`gradient` holds the derivatives of `value` by the parameters, in their order; the interval is symmetrical."""
    variance = sum(
        p * covariance * q
        for p, row in zip(gradient, fit.covariance, strict=True)
        for q, covariance in zip(gradient, row, strict=True)
    )
    return normal(value, math.sqrt(max(variance, 0.0)), confidence=confidence)


def normal(value: float, se: float, *, confidence: float) -> Interval:
    """Of an estimate that varies as a normal distribution."""
    half = se * float(special.ndtri((1 + confidence) / 2))
    return Interval(value, se, value - half, value + half)
