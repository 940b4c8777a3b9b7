"""Skew-corrected intervals of the difference and of the lift: Hall's transformation.

With a small control arm and heavy-tailed values, the estimate and its standard error move together: too few large
buyers in the control arm make the control look both low and certain, and Welch then sees gains that are not there.
"""

import math
from collections.abc import Callable

from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.stats.distributions import t_quantile, t_two_sided
from liftledger.stats.fieller import UNBOUNDED, lift, no_lift
from liftledger.stats.joint import Contrast, Joint
from liftledger.stats.welch import TTest

NOTICEABLE = 0.1  # skewness of an estimate above which the correction is used
SLOPE = 1 / 3  # of the transformation, at least, within the interval
STEPS = 16  # directions tried on each side of the estimate, before bisection


def skewness(contrast: Contrast) -> float | None:
    """Skewness of the contrast, were the units of both arms of one distribution; None where third powers are missing.

    A unit's skewness is estimated from both arms, by units: the few units of a small arm say little about the tail that
    matters most. Then only the arms' sizes count, not their variances: with a heavy tail one large value makes its own
    arm's variance large, the arm's estimate high, and the correction would follow it further away. In arms of one size
    the tails cancel.
    """
    varying = [part for part in contrast.parts if part.variance > 0]
    if not varying or any(part.third is None for part in varying):
        return None
    of_units = sum(
        part.n * part.sign * (part.third or 0.0) * math.sqrt(part.n) / part.variance**1.5 for part in varying
    ) / sum(part.n for part in varying)
    sizes = sum(part.sign / part.n**2 for part in varying) / sum(1 / part.n for part in varying) ** 1.5
    return float(of_units * sizes)


def transform(t: float, skewness: float) -> float:
    """A studentised estimate, made symmetric.

    Hall (1992), "On the removal of skewness by transformation", JRSS-B 54, 221-228: g(t) = t + a t^2 / 3 + a^2 t^3 /
    27 + a / 6, monotone; for two samples Zhou & Dinh (2005), Biostatistics 6, 187-200. There a is n^(-1/2) times the
    skewness of a unit; here it is the skewness of the estimate, which is the same.
    """
    return t + skewness * t * t / 3 + skewness**2 * t**3 / 27 + skewness / 6


def inverse(g: float, skewness: float) -> float:
    """The t that `transform` sends to g."""
    bent = skewness * (g - skewness / 6)
    if skewness == 0:
        return g
    root = math.expm1(math.log1p(bent) / 3) if abs(bent) < 0.5 else math.cbrt(1 + bent) - 1  # keeps digits near 0
    return 3 * root / skewness


def corrected_for(skewness: float, q: float) -> float:
    """The skewness to correct for, where the interval reaches to |g| = q: as it is, but no more than serves.

    Hall's cubic is flat where t = -3 / a. Near there an interval's end leaps (a = -0.4, 95 %: 3.2 standard errors;
    a = -0.5: 7.6), though the t statistic's own quantile does not. So a is limited until the slope of g,
    (1 + a t / 3)^2, is at least a third up to the end; at 95 % and many units that is |a| <= 0.4. The limit of 3 q
    keeps the estimate inside its interval.
    """
    limit = min(math.sqrt(9 * q * q + 6 * (1 - SLOPE**1.5)) - 3 * q, 3 * q)
    return math.copysign(min(abs(skewness), limit), skewness)


def skew_difference(contrast: Contrast, *, confidence: float) -> TTest:
    """Welch's interval and test, with the studentised difference transformed; needs third powers."""
    value, se, dof = contrast.value, contrast.se, contrast.dof
    q = t_quantile((1 + confidence) / 2, dof)
    bent = corrected_for(_known(skewness(contrast)), q)
    interval = Interval(value, se, value - se * inverse(q, bent), value - se * inverse(-q, bent))
    return TTest(interval, t_two_sided(transform(value / se, bent), dof))


def skew_lift(joint: Joint, *, confidence: float) -> Answer:
    """Fieller's set with each studentised contrast treatment - R control transformed.

    The ends are found by walking from the estimated ratio towards infinity on either side; the pivot at infinity
    itself, minus the control over its standard error, says whether the set is bounded.
    """
    impossible = no_lift(joint)
    if impossible is not None:
        return impossible
    q = t_quantile((1 + confidence) / 2, joint.contrast().dof)
    ratio = joint.treatment / joint.control
    step = joint.contrast(1.0, ratio).se / abs(joint.control)

    def outside(angle: float) -> bool:
        a, b = math.cos(angle), ratio * math.cos(angle) + step * math.sin(angle)
        return _outside(joint.contrast(a, b), q)

    low, high = _crossing(outside, -1.0), _crossing(outside, 1.0)
    if low is None or high is None:
        return NoEstimate(UNBOUNDED)
    return lift(joint, ratio + step * math.tan(low), ratio + step * math.tan(high))


def _outside(contrast: Contrast, q: float) -> bool:
    """Whether the transformed studentised contrast is beyond -q or q."""
    if contrast.se == 0:
        return contrast.value != 0
    return abs(transform(contrast.value / contrast.se, corrected_for(_known(skewness(contrast)), q))) > q


def _known(skewness: float | None) -> float:
    assert skewness is not None
    return skewness


def _crossing(outside: Callable[[float], bool], side: float) -> float | None:
    """The angle nearest to 0, up to a right angle, from which on `outside` holds; None: there is none."""
    inner = 0.0
    for step in range(1, STEPS + 1):
        outer = side * math.pi / 2 * step / STEPS
        if outside(outer):
            return _bisect(outside, inner, outer)
        inner = outer
    return None


def _bisect(outside: Callable[[float], bool], inner: float, outer: float) -> float:
    while inner != (middle := (inner + outer) / 2) != outer:
        inner, outer = (inner, middle) if outside(middle) else (middle, outer)
    return inner
