"""The normal distribution: intervals, and the chance to lie below 0."""

import math
from statistics import NormalDist

from liftledger.domain.estimate import Interval


def interval(value: float, se: float, *, confidence: float) -> Interval:
    """Two-sided, symmetrical."""
    half = se * NormalDist().inv_cdf((1 + confidence) / 2)
    return Interval(value, se, value - half, value + half)


def chance_below_zero(value: float, se: float) -> float:
    """P(X < 0) of X ~ N(value, se^2); by erfc, which keeps the digits of small chances."""
    if se == 0:
        return 1.0 if value < 0 else 0.0
    return math.erfc(value / se / math.sqrt(2)) / 2
