"""What an arm's customers bring after the observed window by a model, less the same of control: modelled, not measured.

Each arm has a fit of its own, on its own customers, so the two values vary independently. Their errors hold what the
parameters leave open, and nothing else: not whether the model goes on to hold, nor whether the effect lasts.
"""

import math

from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.lifetime.delta import normal


def difference(control: Answer, treatment: Answer, *, confidence: float = 0.95) -> Answer:
    """Treatment less control, both in one unit, per customer or per randomised unit."""
    for arm, answer in (("control", control), ("treatment", treatment)):
        if isinstance(answer, NoEstimate):
            return NoEstimate(f"the {arm} arm has no modelled continuation: {answer.reason}")
    assert not isinstance(control, NoEstimate)
    assert not isinstance(treatment, NoEstimate)
    return normal(treatment.value - control.value, math.hypot(treatment.se, control.se), confidence=confidence)
