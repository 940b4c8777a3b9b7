"""The lift, treatment over control less one: Fieller's interval."""

import math

from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.stats.distributions import t_quantile
from liftledger.stats.joint import Joint

UNBOUNDED = "the control value is not clearly different from 0, so the lift has no bounded interval"


def fieller(joint: Joint, *, confidence: float) -> Answer:
    """All lifts l for which treatment - (1 + l) control would not be found different from 0.

    Fieller (1954), "Some problems in interval estimation", JRSS-B 16, 175-185: the set of ratios R with
    (t - R c)^2 <= q^2 Var(t - R c), a quadratic in R. q is the t quantile of the difference, so the interval holds 0
    exactly when the difference's interval does. The standard error is the delta method's.
    """
    impossible = no_lift(joint)
    if impossible is not None:
        return impossible
    t, c = joint.treatment, joint.control
    q2 = t_quantile((1 + confidence) / 2, joint.contrast().dof) ** 2
    pp, pq, qq = (sum(source.second[i] for source in joint.sources) for i in range(3))
    square = c * c - q2 * qq
    if square <= 0:
        return NoEstimate(UNBOUNDED)
    middle = t * c + q2 * pq
    root = math.sqrt(max(middle * middle - square * (t * t - q2 * pp), 0.0))
    return lift(joint, (middle - root) / square, (middle + root) / square)


def no_lift(joint: Joint) -> NoEstimate | None:
    """Why the arms' values have no lift, if so."""
    if joint.control == 0:
        return NoEstimate("the control value is 0, so there is no lift")
    if joint.contrast(1.0, joint.treatment / joint.control).se == 0:
        return NoEstimate("all values of the treatment arm are 0, so a lift's interval would have no width")
    return None


def lift(joint: Joint, low: float, high: float) -> Interval:
    """The lift between two ratios. Where the control is negative, a larger value is still a positive lift."""
    ratio, side = joint.treatment / joint.control, math.copysign(1.0, joint.control)
    se = joint.contrast(1.0, ratio).se / abs(joint.control)
    value = (joint.treatment - joint.control) / abs(joint.control)
    ends = sorted((side * (low - 1), side * (high - 1)))
    return Interval(value, se, ends[0], ends[1])
