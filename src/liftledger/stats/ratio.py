"""Quotients of two sums over units: the delta method."""

from fractions import Fraction

from liftledger.domain.moments import Sums
from liftledger.stats.variable import Variable


def ratio(sums: Sums, numerator: str, denominator: str, *, unit: Fraction) -> Variable:
    """Sum of `numerator` over sum of `denominator`; needs a denominator that does not sum to 0.

    Deng, Knoblich & Lu (2018), "Applying the delta method in metric analytics", KDD '18, section 2.2: the quotient q
    of means varies as the mean of (Y - q X) / mean(X), where Y is the numerator and X the denominator.
    """
    quotient = Fraction(sums.total(numerator), sums.total(denominator))
    per = unit / sums.mean(denominator)
    weights = {numerator: per}
    weights[denominator] = weights.get(denominator, Fraction(0)) - quotient * per
    return Variable(sums, unit * quotient, weights)
