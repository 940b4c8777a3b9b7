"""Exact sums over the units of one arm, and the sample moments that they hold.

Sums are integers and weights are fractions, so a moment is computed without any cancellation and rounded once, where
it becomes a float; a variance of exactly 0 is exactly 0. Raw float sums of squares would lose all digits once
mean >> standard deviation (Chan, Golub & LeVeque 1979, STAN-CS-79-773).
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import msgspec

Product = tuple[str, ...]  # names of measures, sorted; ('spend', 'spend') is its square
Weights = Mapping[str, Fraction]  # a weighted sum of measures, one number per unit


class Sums(msgspec.Struct, frozen=True):
    """Sums over units of products of measures, one integer per unit and measure.

    `binary` names the measures that are 0 or 1 for every unit: their powers are themselves, and are not stored.
    """

    n: int
    totals: Mapping[Product, int]
    binary: frozenset[str] = frozenset()

    def __add__(self, other: "Sums") -> "Sums":
        """Sums over the units of both."""
        totals = {product: self.totals[product] + other.totals[product] for product in self.totals}
        return Sums(self.n + other.n, totals, self.binary)

    def total(self, *measures: str) -> int:
        """Sum of the product of `measures`; KeyError where it was not asked of the engine."""
        return self.n if not measures else self.totals[canonical(measures, self.binary)]

    def has(self, *measures: str) -> bool:
        return canonical(measures, self.binary) in self.totals

    def mean(self, measure: str) -> Fraction:
        return Fraction(self.total(measure), self.n)

    def covariance(self, p: Weights, q: Weights) -> Fraction:
        """Unbiased covariance of two weighted sums; needs 2 units."""
        n = self.n
        (ps, p_unit), (qs, q_unit) = _whole(p), _whole(q)
        crossed = sum(
            ps[a] * qs[b] * (n * self.total(a, b) - self.total(a) * self.total(b)) for a, b in product(ps, qs)
        )
        return Fraction(crossed, n * (n - 1) * p_unit * q_unit)

    def third(self, p: Weights, q: Weights, r: Weights) -> Fraction:
        """Unbiased third joint cumulant of three weighted sums (Fisher's k-statistic); needs 3 units."""
        n = self.n
        (ps, p_unit), (qs, q_unit), (rs, r_unit) = _whole(p), _whole(q), _whole(r)
        crossed = sum(ps[a] * qs[b] * rs[c] * self._crossed(a, b, c) for a, b, c in product(ps, qs, rs))
        return Fraction(crossed, n * (n - 1) * (n - 2) * p_unit * q_unit * r_unit)

    def _crossed(self, a: str, b: str, c: str) -> int:
        """n^2 times the sum over units of the product of the three deviations from the mean."""
        n, sa, sb, sc = self.n, self.total(a), self.total(b), self.total(c)
        twos = sa * self.total(b, c) + sb * self.total(a, c) + sc * self.total(a, b)
        return n * n * self.total(a, b, c) - n * twos + 2 * sa * sb * sc


def canonical(measures: tuple[str, ...], binary: frozenset[str] = frozenset()) -> Product:
    """The one spelling of a product: sorted, and powers of binary measures collapsed."""
    seen: list[str] = []
    for measure in sorted(measures):
        if measure not in binary or measure not in seen:
            seen.append(measure)
    return tuple(seen)


def _whole(weights: Weights) -> tuple[dict[str, int], int]:
    """The weights as integers over one denominator: integer sums are many times faster than sums of fractions."""
    unit = math.lcm(*(weight.denominator for weight in weights.values()))
    return {name: weight.numerator * (unit // weight.denominator) for name, weight in weights.items()}, unit
