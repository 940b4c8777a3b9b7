"""tea-tasting's conventions: one slope for both arms, and the lift's interval on the log scale.

Restated from tea-tasting's documentation (1.x defaults: unequal variances, t distribution, two-sided).
"""

import math

from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.stats.distributions import t_quantile
from liftledger.stats.joint import Contrast, Joint, Part


def log_lift(joint: Joint, *, confidence: float) -> Answer:
    """The lift, symmetric on the scale of log(treatment / control), by the delta method.

    Degrees of freedom are Welch-Satterthwaite's of the two log values. The standard error given is that of the lift.
    """
    t, c = joint.treatment, joint.control
    if t == 0 or c == 0 or (t > 0) != (c > 0):
        return NoEstimate("the log scale needs a treatment and a control value of the same sign, neither of them 0")
    parts = joint.contrast().parts
    of_logs = Contrast(math.log(t / c), (_divided(parts[0], t), _divided(parts[1], c)))
    factor = math.exp(of_logs.se * t_quantile((1 + confidence) / 2, of_logs.dof))
    return Interval(t / c - 1, t / c * of_logs.se, t / c / factor - 1, t / c * factor - 1)


def _divided(part: Part, value: float) -> Part:
    return Part(part.n, part.dof, part.variance / value**2, None, part.sign)
