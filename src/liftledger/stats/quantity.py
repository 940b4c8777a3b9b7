"""What is estimated in each arm: a mean per unit or a quotient of two sums over units."""

from fractions import Fraction

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.mean import mean
from liftledger.stats.ratio import ratio
from liftledger.stats.variable import Variable

NO_PERIOD = "no pre-period: the covariate is 0 for every unit"


class Quantity(msgspec.Struct, frozen=True):
    """`unit` is what one of the sums' integers, or their quotient, is worth in the metric's unit."""

    numerator: str
    denominator: str | None
    unit: Fraction

    def of(self, sums: Sums) -> Variable | NoEstimate:
        """Its estimate from some units; a reason completes «the control arm ...»."""
        if sums.n == 0:
            return NoEstimate("has no units")
        if self.denominator is None:
            return mean(sums, self.numerator, unit=self.unit)
        if sums.total(self.denominator) == 0:
            return NoEstimate("has a denominator that sums to 0")
        return ratio(sums, self.numerator, self.denominator, unit=self.unit)

    def always_zero(self, sums: Sums) -> bool:
        """Whether every unit's numerator is 0."""
        return sums.total(self.numerator, self.numerator) == 0

    def rests_on_one(self, sums: Sums) -> bool:
        """Whether a single one of several units has all of the denominator: then the quotient is that unit's own."""
        if self.denominator is None or sums.n < 2:
            return False
        return sums.total(self.denominator) ** 2 == sums.total(self.denominator, self.denominator)


def of_arms(quantity: Quantity, control: Sums, treatment: Sums) -> tuple[Variable, Variable] | NoEstimate:
    """The estimates of both arms, or why there is none."""
    found: list[Variable] = []
    for arm, sums in (("control", control), ("treatment", treatment)):
        variable = quantity.of(sums)
        if isinstance(variable, NoEstimate):
            return NoEstimate(f"the {arm} arm {variable.reason}")
        if quantity.rests_on_one(sums):
            return NoEstimate(f"in the {arm} arm a single unit makes up the denominator; a variance needs 2")
        found.append(variable)
    return found[0], found[1]
