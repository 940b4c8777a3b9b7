"""Turning points: the effect, the share of all effects, and the prior, at which the case's NPV is 0.

NPV is linear in the effects: NPV = sum of present worth x effect - costs.
"""

import math

from liftledger.domain.estimate import Interval, NoEstimate


def break_even_effect(present_worth: float, needed: float) -> float | NoEstimate:
    """The expected effect whose present value is what the line must bring: costs less all other benefits."""
    if present_worth == 0:
        return NoEstimate("the line brings nothing, whatever its effect")
    return needed / present_worth


def break_even_share(benefits: float, costs: float) -> float | NoEstimate:
    """The share of all expected effects that pays the costs; both are present values."""
    if benefits <= 0:
        return NoEstimate("the benefits are not above 0, so no share of the effects pays the costs")
    return costs / benefits


def sign_change(raw: Interval, present_worth: float, needed: float) -> float | NoEstimate:
    """sd of a prior around 0 that shrinks the effect so far that the NPV is 0.

    With k the present worth, L the effect as measured, s its standard error and C what the line must bring: solves
    k L t^2 / (t^2 + s^2) = C for t, so t^2 = s^2 C / (k L - C). As t grows from 0 to infinity, the line's present
    value goes from 0 to k L, so there is such a t where C lies between the two.
    """
    unshrunk = present_worth * raw.value
    left = unshrunk - needed
    if raw.se == 0:
        return NoEstimate("the effect has no standard error, so no prior changes it")
    if left == 0:
        return NoEstimate("the NPV is 0 as measured")
    if needed == 0 or (needed > 0) != (left > 0):
        return NoEstimate(f"the NPV is not {'below' if left > 0 else 'above'} 0, however far the effect is shrunk")
    return raw.se * math.sqrt(needed / left)
