"""The difference of two independent answers, from the interval that each has by itself.

Newcombe (1998), "Interval estimation for the difference between independent proportions", Statistics in Medicine 17,
873-890, method 10; for any two estimates Zou & Donner (2008), Statistics in Medicine 27, 1693-1702 (MOVER). The lower
end lies as far below the difference as the squares of how far treatment's lower and control's upper ends lie away.

Of modelled values each arm has a fit of its own, on its own customers, so that the two are independent too; whether the
models go on to hold is in neither's error.
"""

import math

from liftledger.domain.estimate import Answer, Interval, NoEstimate


def difference(control: Answer, treatment: Answer) -> Answer:
    """Treatment less control, at the confidence of the two; of shares, 0.01 is a percentage point."""
    for arm, answer in (("control", control), ("treatment", treatment)):
        if isinstance(answer, NoEstimate):
            return NoEstimate(f"the {arm} arm has no number: {answer.reason}")
    assert not isinstance(control, NoEstimate)
    assert not isinstance(treatment, NoEstimate)
    value = treatment.value - control.value
    below = math.hypot(treatment.value - treatment.low, control.high - control.value)
    above = math.hypot(treatment.high - treatment.value, control.value - control.low)
    return Interval(value, math.hypot(treatment.se, control.se), value - below, value + above)
