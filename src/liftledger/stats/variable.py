"""One arm's estimate, and the number per unit by which it varies."""

from fractions import Fraction

import msgspec

from liftledger.domain.moments import Sums, Weights


class Variable(msgspec.Struct, frozen=True):
    """An estimate with its linearisation: `value` varies from sample to sample as the mean of `weights` does.

    `weights` gives each unit a weighted sum of measures; up to a constant that is the estimate's influence function.
    """

    sums: Sums
    value: Fraction
    weights: Weights

    def covariance(self, other: "Variable") -> Fraction:
        """Unbiased covariance, over units, of two estimates of one arm; needs 2 units."""
        return self.sums.covariance(self.weights, other.weights)

    def moved(self, other: "Variable", *, slope: Fraction, at: Fraction) -> "Variable":
        """Moved along a fixed slope to where `other` is `at`."""
        value = self.value - slope * (other.value - at)
        return Variable(self.sums, value, combine((Fraction(1), self), (-slope, other)))


def combine(*terms: tuple[Fraction, Variable]) -> Weights:
    """Weights of a sum of estimates of one arm."""
    total: dict[str, Fraction] = {}
    for factor, variable in terms:
        for name, weight in variable.weights.items():
            total[name] = total.get(name, Fraction(0)) + factor * weight
    return total
