"""Turning points: why no effect, and no prior, turns the NPV."""

from liftledger.domain.estimate import NoEstimate

NOTHING = NoEstimate("the line brings nothing, whatever its effect")


def no_sign_change(se: float, npv: float) -> NoEstimate:
    """Of the sd t of a prior around 0: with k the present value of one unit of effect, L the effect as measured, s its
    standard error and C what the line must bring, k L t^2 / (t^2 + s^2) = C, and so t^2 = s^2 C / npv.

    As t grows from 0 to infinity, the line's present value goes from 0 to k L = C + npv: there is such a t where C lies
    between the two.
    """
    if se == 0:
        return NoEstimate("the effect has no standard error, so no prior changes it")
    if npv == 0:
        return NoEstimate("the NPV is 0 as measured")
    return NoEstimate(f"the NPV is not {'below' if npv > 0 else 'above'} 0, however far the effect is shrunk")
