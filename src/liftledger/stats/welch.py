"""The difference of two values whose variances may differ: interval and two-sided test."""

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.stats.distributions import t_quantile, t_two_sided
from liftledger.stats.joint import Contrast


class TTest(msgspec.Struct, frozen=True):
    """An interval, and the two-sided p-value of the hypothesis that the true value is 0."""

    interval: Interval
    p_value: float


def welch(contrast: Contrast, *, confidence: float) -> TTest:
    """Welch's t with Satterthwaite's degrees of freedom; needs a standard error above 0.

    NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.3, unequal-variance form; there Y1 is the first
    sample, here the treatment arm.
    """
    return student(contrast.value, contrast.se, contrast.dof, confidence=confidence)


def student(value: float, se: float, dof: float, *, confidence: float) -> TTest:
    """A t test of an estimate against 0, and its interval."""
    half = se * t_quantile((1 + confidence) / 2, dof)
    return TTest(Interval(value, se, value - half, value + half), t_two_sided(value / se, dof))
