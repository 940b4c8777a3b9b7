"""Exact sums over the units of one arm, and the sample moments that they hold.

Sums are integers, so moments are computed without cancellation and rounded once, at the end; raw float sums of
squares would lose all digits once mean >> standard deviation (Chan, Golub & LeVeque 1979, STAN-CS-79-773).
"""

from collections.abc import Mapping

import msgspec

Product = tuple[str, ...]  # names of measures, sorted; ('spend', 'spend') is its square


class Sample(msgspec.Struct, frozen=True):
    """Moments of one number per unit."""

    n: int
    mean: float
    variance: float  # unbiased
    third: float | None = None  # central, divided by n; None where the sums do not hold it


class Sums(msgspec.Struct, frozen=True):
    """Sums over units of products of measures, one integer per unit and measure.

    `binary` names the measures that are 0 or 1 for every unit: their powers are themselves, and are not stored.
    """

    n: int
    totals: Mapping[Product, int]
    binary: frozenset[str] = frozenset()

    def total(self, *measures: str) -> int:
        """Sum of the product of `measures`; KeyError where it was not asked of the engine."""
        return self.n if not measures else self.totals[canonical(measures, self.binary)]

    def has(self, *measures: str) -> bool:
        return canonical(measures, self.binary) in self.totals

    def mean(self, measure: str) -> float:
        return self.total(measure) / self.n

    def covariance(self, a: str, b: str) -> float:
        """Unbiased; needs two units."""
        return (self.n * self.total(a, b) - self.total(a) * self.total(b)) / (self.n * (self.n - 1))

    def third(self, a: str, b: str, c: str) -> float:
        """Central third moment, divided by n."""
        n, sa, sb, sc = self.n, self.total(a), self.total(b), self.total(c)
        crossed = sa * self.total(b, c) + sb * self.total(a, c) + sc * self.total(a, b)
        return (n * n * self.total(a, b, c) - n * crossed + 2 * sa * sb * sc) / n**3

    def sample(self, weights: Mapping[str, float]) -> Sample:
        """Moments of the weighted sum of measures, one number per unit; needs two units."""
        names = sorted(weights)
        mean = sum(weights[a] * self.mean(a) for a in names)
        variance = sum(weights[a] * weights[b] * self.covariance(a, b) for a in names for b in names)
        triples = [(a, b, c) for a in names for b in names for c in names]
        third = (
            sum(weights[a] * weights[b] * weights[c] * self.third(a, b, c) for a, b, c in triples)
            if all(self.has(*triple) for triple in triples)
            else None
        )
        return Sample(self.n, mean, max(variance, 0.0), third)


def canonical(measures: tuple[str, ...], binary: frozenset[str] = frozenset()) -> Product:
    """The one spelling of a product: sorted, and powers of binary measures collapsed."""
    seen: list[str] = []
    for measure in sorted(measures):
        if measure not in binary or measure not in seen:
            seen.append(measure)
    return tuple(seen)
