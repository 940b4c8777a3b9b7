"""Sum, difference, product and quotient of measured numbers, with the errors of all."""

import math
from collections.abc import Iterable

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.formulas.normal import interval


def together(parts: Iterable[tuple[str, Interval]], *, confidence: float) -> Interval:
    """The sum of amounts with the studies that measured them.

    As in the NPV: standard errors of one study are added, the most that they can come to, and studies are independent.
    """
    value, by_study = 0.0, dict[str, float]()
    for study, one in parts:
        value += one.value
        by_study[study] = by_study.get(study, 0.0) + one.se
    return interval(value, math.hypot(*by_study.values()), confidence=confidence)


def less(one: Interval, other: Interval, *, confidence: float) -> Interval:
    """The difference of two numbers that were measured independently."""
    return interval(one.value - other.value, math.hypot(one.se, other.se), confidence=confidence)


def product(one: Interval, other: Interval, *, confidence: float) -> Interval:
    """`one` x `other`, measured independently; delta method."""
    error = math.hypot(one.se * other.value, one.value * other.se)
    return interval(one.value * other.value, error, confidence=confidence)


def quotient(above: Interval, below: Interval, *, confidence: float) -> Interval | NoEstimate:
    """`above` / `below`, measured independently.

    Delta method, as in Casella & Berger (2002), Statistical Inference, 2nd ed., example 5.5.27:
    Var(x / y) = Var(x) / y^2 + x^2 Var(y) / y^4. It needs a `below` that is clearly not 0.
    """
    if below.low <= 0 <= below.high:
        return NoEstimate("what it is divided by may be 0: its interval contains 0")
    value = above.value / below.value
    return interval(value, math.hypot(above.se, value * below.se) / abs(below.value), confidence=confidence)
