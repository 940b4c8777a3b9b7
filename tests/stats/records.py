"""Sums and definitions for the tests of the statistics, made from columns with one integer per unit."""

from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np

from liftledger.domain.measure import Measure, Needs, Plan
from liftledger.domain.metric import Metric, Term
from liftledger.domain.moments import Sums
from liftledger.stats.findings import findings
from liftledger.stats.quantity import Quantity

MEAN = Quantity("y", None, Fraction(1))
QUOTIENT = Quantity("y", "d", Fraction(1))
BEFORE = Quantity("x", None, Fraction(1))
QUOTIENT_BEFORE = Quantity("x", "e", Fraction(1))


def sums(n=None, **columns):
    """Exact sums up to the third degree; `n` where units of which all values are 0 are left out of the columns."""
    columns = {name: np.asarray(column) for name, column in columns.items()}
    length = len(next(iter(columns.values())))
    largest = max((int(np.abs(column).max()) for column in columns.values() if length), default=0)
    fits = largest**3 * length < 2**63
    columns = {name: column.astype(np.int64 if fits else object) for name, column in columns.items()}
    products = [p for degree in (1, 2, 3) for p in combinations_with_replacement(sorted(columns), degree)]
    powers = {(): 1}
    for product in products:
        powers[product] = powers[product[:-1]] * columns[product[-1]]
    return Sums(length if n is None else n, {product: int(powers[product].sum()) for product in products})


def found(kind, control, treatment, *, scale=0, before=False, convention="liftledger", confidence=0.95, per=None):
    """Findings of a metric whose numerator is y, denominator d, covariate x and its denominator e."""
    quotient = kind in ("mean", "ratio", "rate")
    metric = Metric("m", kind, "fact", Term()) if per is None else Metric("m", kind, "fact", Term(), per=per)
    covariate = ("x" if before else None), ("e" if before and quotient else None)
    needs = Needs("m", "y", "d" if quotient else None, *covariate, None)
    plan = Plan(
        {"y": Measure("fact", "sum", Term(), None, scale=scale), "d": Measure("fact", "rows", Term(), None)}, {}
    )
    return findings(metric, needs, plan, control, treatment, confidence=confidence, convention=convention)
