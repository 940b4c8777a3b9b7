"""What an arm's customers bring after the observed window by a model, less the same of control: modelled, not measured.

Each arm has a fit of its own, on its own customers, so the two values vary independently. Whether the model goes on to
hold, and whether the effect lasts, is in neither's error.
"""

import math

from liftledger.domain.estimate import Answer, Interval, NoEstimate


def difference(control: Answer, treatment: Answer) -> Answer:
    """Treatment less control, both in one unit, per customer or per randomised unit, at the confidence of the two.

    Zou & Donner (2008), Statistics in Medicine 27, 1693-1702: each end lies as far off as the squares of how far the
    arms' own ends do, which need not be the same on both sides.
    """
    for arm, answer in (("control", control), ("treatment", treatment)):
        if isinstance(answer, NoEstimate):
            return NoEstimate(f"the {arm} arm has no modelled continuation: {answer.reason}")
    assert not isinstance(control, NoEstimate)
    assert not isinstance(treatment, NoEstimate)
    value = treatment.value - control.value
    below = math.hypot(treatment.value - treatment.low, control.high - control.value)
    above = math.hypot(treatment.high - treatment.value, control.value - control.low)
    return Interval(value, math.hypot(treatment.se, control.se), value - below, value + above)
