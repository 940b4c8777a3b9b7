"""GrowthBook's conventions: the lift over the raw control value by the delta method, with Welch's t.

Restated from GrowthBook's documentation of its statistics engine (frequentist, two-sided), and its published vectors.
"""

from fractions import Fraction

from liftledger.domain.estimate import NoEstimate
from liftledger.stats.joint import independent
from liftledger.stats.variable import Variable, combine
from liftledger.stats.welch import TTest, student


def relative(raw: Variable, control: Variable, treatment: Variable, *, confidence: float) -> TTest | NoEstimate:
    """The difference over the size of the raw control value, and its own test.

    `raw` is the control arm's value before CUPED; without CUPED it is `control`. Delta method: the lift varies as
    (treatment - control - lift raw) / |raw| does (Deng, Knoblich & Lu 2018, section 2.1, where raw is control). The
    degrees of freedom are those of the difference, which is an approximation.
    """
    difference = independent(control, treatment)
    if isinstance(difference, NoEstimate):
        return difference
    if raw.value == 0:
        return NoEstimate("the control value is 0, so there is no lift")
    gap = treatment.value - control.value
    based = combine((Fraction(1), control), (gap / raw.value, raw))
    lift = independent(Variable(control.sums, control.value, based), treatment)
    assert not isinstance(lift, NoEstimate)
    base = float(abs(raw.value))
    se = lift.contrast().se / base
    if se == 0:
        return NoEstimate("all values of the treatment arm are 0, so a lift's interval would have no width")
    return student(float(gap) / base, se, difference.contrast().dof, confidence=confidence)
