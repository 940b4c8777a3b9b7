"""Quotient, product and difference of two measured numbers, with the errors of both."""

import math

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.formulas.normal import interval


def quotient(above: Interval, below: Interval, *, confidence: float) -> Interval | NoEstimate:
    """`above` / `below`, measured independently.

    Delta method, as in Casella & Berger (2002), Statistical Inference, 2nd ed., example 5.5.27:
    Var(x / y) = Var(x) / y^2 + x^2 Var(y) / y^4. It needs a `below` that is clearly not 0.
    """
    if below.low <= 0 <= below.high:
        return NoEstimate("what it is divided by may be 0: its interval contains 0")
    value = above.value / below.value
    return interval(value, math.hypot(above.se, value * below.se) / abs(below.value), confidence=confidence)


def product(one: Interval, other: Interval, *, confidence: float) -> Interval:
    """`one` x `other`, measured independently; delta method."""
    error = math.hypot(one.se * other.value, one.value * other.se)
    return interval(one.value * other.value, error, confidence=confidence)


def less(one: Interval, other: Interval, *, confidence: float) -> Interval:
    """The difference of two numbers that were measured independently."""
    return interval(one.value - other.value, math.hypot(one.se, other.se), confidence=confidence)
