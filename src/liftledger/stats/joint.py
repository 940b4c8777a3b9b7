"""Treatment and control together: how their two values, and any contrast of them, vary from sample to sample."""

import math

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.moments import Sums, Weights
from liftledger.stats.variable import Variable

ROUNDING = 1e-12  # a variance that cancels to less than this share of its terms is none


class Part(msgspec.Struct, frozen=True):
    """What the units of one arm contribute to the variation of a contrast."""

    n: float
    dof: float
    variance: float
    third: float | None  # third cumulant; None where third powers were not summed, or with fewer than 3 units
    sign: int  # 1 where the arm's values enter the contrast as they are, -1 where mirrored


class Contrast(msgspec.Struct, frozen=True):
    """a x treatment - b x control."""

    value: float
    parts: tuple[Part, Part]  # treatment, control

    @property
    def se(self) -> float:
        return math.sqrt(sum(part.variance for part in self.parts))

    @property
    def dof(self) -> float:
        """Welch-Satterthwaite degrees of freedom: NIST/SEMATECH e-Handbook, section 1.3.5.3, unequal variances."""
        total = sum(part.variance for part in self.parts)
        return 1 / sum((part.variance / total) ** 2 / part.dof for part in self.parts)


class Source(msgspec.Struct, frozen=True):
    """Cumulants of what one arm's units contribute to the treatment value (p) and to minus the control value (q).

    Without adjustment, the treatment arm has p alone and the control arm q alone; CUPED mixes them, because the mean
    of the covariate in each arm enters both values.
    """

    n: float  # units; of censored records, their effective number
    dof: float
    second: tuple[float, float, float]  # pp, pq, qq
    third: tuple[float, float, float, float] | None  # ppp, ppq, pqq, qqq

    def part(self, a: float, b: float, sign: int) -> Part:
        """Contribution to a p + b q."""
        pp, pq, qq = self.second
        terms = (a * a * pp, 2 * a * b * pq, b * b * qq)
        variance = sum(terms)
        if variance <= ROUNDING * sum(abs(term) for term in terms):
            variance = 0.0
        third = None
        if self.third is not None:
            ppp, ppq, pqq, qqq = self.third
            third = a**3 * ppp + 3 * a * a * b * ppq + 3 * a * b * b * pqq + b**3 * qqq
        return Part(self.n, self.dof, variance, third, sign)


class Joint(msgspec.Struct, frozen=True):
    """The two values, in the metric's unit, and the independent sources of their variation."""

    treatment: float
    control: float
    sources: tuple[Source, Source]  # treatment, control
    borrowed: str | None = None  # the arm whose variation is that of both arms' units together; see borrowed.py

    def contrast(self, a: float = 1.0, b: float = 1.0) -> Contrast:
        """a x treatment - b x control; without arguments, the difference."""
        of_treatment, of_control = self.sources
        parts = (of_treatment.part(a, b, 1 if a >= 0 else -1), of_control.part(a, b, -1 if b >= 0 else 1))
        return Contrast(a * self.treatment - b * self.control, parts)


def source(sums: Sums, p: Weights, q: Weights, *, slopes: int = 0) -> Source:
    """Cumulants of the means of two weighted sums, which hold `slopes` fitted to the same units."""
    n = sums.n
    dof = n - 1 - slopes
    pp, pq, qq = (float(sums.covariance(u, v) * (n - 1) / (n * dof)) for u, v in ((p, p), (p, q), (q, q)))
    names = {*p, *q}
    if n < 3 or not all(sums.has(a, b, c) for a in names for b in names for c in names):
        return Source(n, dof, (pp, pq, qq), None)
    triples = ((p, p, p), (p, p, q), (p, q, q), (q, q, q))
    ppp, ppq, pqq, qqq = (float(sums.third(u, v, w) / n**2) for u, v, w in triples)
    return Source(n, dof, (pp, pq, qq), (ppp, ppq, pqq, qqq))


def independent(control: Variable, treatment: Variable) -> Joint | NoEstimate:
    """Two arms, each with a value of its own units only."""
    for arm, variable in (("control", control), ("treatment", treatment)):
        if variable.sums.n < 2:
            return NoEstimate(f"the {arm} arm has 1 unit; a variance needs 2")
    mirrored = {name: -weight for name, weight in control.weights.items()}
    sources = (source(treatment.sums, treatment.weights, {}), source(control.sums, {}, mirrored))
    return Joint(float(treatment.value), float(control.value), sources)
