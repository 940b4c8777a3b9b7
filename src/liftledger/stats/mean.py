"""Plain means: share of units, count per unit, sum per unit."""

from fractions import Fraction

from liftledger.domain.moments import Sums
from liftledger.stats.variable import Variable


def mean(sums: Sums, measure: str, *, unit: Fraction) -> Variable:
    """Mean per unit; needs a unit."""
    return Variable(sums, unit * sums.mean(measure), {measure: unit})
