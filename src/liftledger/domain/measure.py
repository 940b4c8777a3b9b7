"""Measures: the integers, one per unit, that a metric needs, and the products of them that must be summed."""

from collections.abc import Iterable
from itertools import combinations_with_replacement
from typing import Literal

import msgspec

from liftledger.domain.expression import And, Expression, Missing, Not
from liftledger.domain.fact import Fact
from liftledger.domain.metric import Cap, Metric, Term
from liftledger.domain.moments import Product, canonical

SUFFIX = {"outcome": "", "denominator": "_per", "covariate": "_before", "covariate_denominator": "_per_before"}


class Span(msgspec.Struct, frozen=True):
    """Rows with start + low <= time < start + high; `high` None: until as_of. Microseconds."""

    low: int
    high: int | None


class Measure(msgspec.Struct, frozen=True):
    """One integer per unit.

    - sum: of the term's value over the unit's rows in the span
    - rows: their number
    - any: 1 if there is one, else 0
    - again: 1 if there are two, else 0
    - elapsed: whole seconds of the span that had passed at as_of; reads no rows

    Units whose `horizon` (microseconds after start) lies beyond as_of are immature: all their measures are 0 and they
    are left out of the count of units. `scale` counts the decimal digits that the integer carries.
    """

    fact: str
    aggregate: Literal["sum", "rows", "any", "again", "elapsed"]
    term: Term
    span: Span | None  # None: wide facts, all rows
    horizon: int | None = None
    cap: Cap | None = None
    scale: int = 0

    @property
    def binary(self) -> bool:
        return self.aggregate in ("any", "again")

    @property
    def least(self) -> int:
        """Of a binary one: how many rows make it 1."""
        return 2 if self.aggregate == "again" else 1


class Needs(msgspec.Struct, frozen=True):
    """What one metric asks of the engine, under the names that the sums will carry."""

    metric: str
    outcome: str
    denominator: str | None
    covariate: str | None
    covariate_denominator: str | None
    horizon: int | None

    @property
    def measures(self) -> tuple[str, ...]:
        names = (self.outcome, self.denominator, self.covariate, self.covariate_denominator)
        return tuple(name for name in names if name is not None)

    def products(self, binary: frozenset[str]) -> tuple[Product, ...]:
        """All products up to the third degree: means, covariances and skewness of any weighted sum."""
        degrees = (combinations_with_replacement(self.measures, degree) for degree in (1, 2, 3))
        return tuple(sorted({canonical(product, binary) for products in degrees for product in products}))


class Plan(msgspec.Struct, frozen=True):
    """The distinct measures of some metrics, and each metric's needs in terms of them."""

    measures: dict[str, Measure]
    needs: dict[str, Needs]  # by metric

    @property
    def binary(self) -> frozenset[str]:
        return frozenset(name for name, measure in self.measures.items() if measure.binary)

    @property
    def products(self) -> tuple[Product, ...]:
        return tuple(sorted({p for needs in self.needs.values() for p in needs.products(self.binary)}))


def plan(metrics: Iterable[Metric], facts: Iterable[Fact]) -> Plan:
    """Measures that several metrics share (revenue, and revenue over orders) are planned once.

    A measure carries the name of the first metric that asked for it, so that the SQL reads as the definitions do.
    """
    by_name = {fact.name: fact for fact in facts}
    names: dict[Measure, str] = {}
    needs: dict[str, Needs] = {}
    for metric in metrics:
        if metric.clocked:  # counted by steps of time instead: see durations.py
            continue
        wide = by_name[metric.fact].wide
        horizon = None if wide or metric.window is None else metric.delay + metric.window
        found: dict[str, str | None] = {}
        for role, measure in _measures(metric, wide, horizon).items():
            if measure is not None and measure not in names:
                names[measure] = metric.name + SUFFIX[role]
            found[role] = None if measure is None else names[measure]
        outcome = found["outcome"]
        assert outcome is not None
        needs[metric.name] = Needs(
            metric.name, outcome, found["denominator"], found["covariate"], found["covariate_denominator"], horizon
        )
    return Plan({name: measure for measure, name in names.items()}, needs)


def _present(term: Term) -> Expression:
    """Condition of the rows that have the value: a mean leaves out rows without one."""
    assert term.value is not None
    present = Not(Missing(term.value))
    return present if term.where is None else And((term.where, present))


def _measures(metric: Metric, wide: bool, horizon: int | None) -> dict[str, Measure | None]:
    after = None if wide else Span(metric.delay, horizon)
    before = None if wide or metric.lookback is None else Span(-metric.lookback, 0)

    def measure(term: Term | None, span: Span | None, *, cap: Cap | None = None, rows: bool = False) -> Measure | None:
        if term is None:
            return None
        if metric.kind in ("conversion", "retention") and term.value is None:
            return Measure(metric.fact, "any", term, span, horizon)
        if term.value is None:
            return Measure(metric.fact, "rows", term, span, horizon, cap)
        if rows:
            return Measure(metric.fact, "rows", Term(None, _present(term)), span, horizon, cap)
        return Measure(metric.fact, "sum", term, span, horizon, cap, term.value.type.scale)

    numerator, denominator = metric.numerator, metric.denominator
    if metric.kind == "mean":
        denominator = numerator
    covariate = metric.covariate if wide else (numerator if before else None)
    covariate_denominator = metric.covariate_denominator if wide else (denominator if before else None)
    if metric.kind == "mean" and wide and covariate:
        covariate_denominator = covariate
    outcome = measure(numerator, after, cap=metric.cap)
    if metric.kind == "rate":
        elapsed = Measure(metric.fact, "elapsed", Term(), after, horizon)
        return {
            "outcome": outcome,
            "denominator": elapsed,
            "covariate": measure(covariate, before, cap=metric.cap),
            "covariate_denominator": None,
        }
    if metric.kind == "repeat":

        def whether(aggregate: Literal["any", "again"], span: Span | None) -> Measure | None:
            return None if span is None else Measure(metric.fact, aggregate, numerator, span, horizon)

        return {
            "outcome": whether("again", after),
            "denominator": whether("any", after),
            "covariate": whether("again", before),
            "covariate_denominator": whether("any", before),
        }
    counts_rows = metric.kind == "mean"
    return {
        "outcome": outcome,
        "denominator": measure(denominator, after, rows=counts_rows),
        "covariate": measure(covariate, before, cap=metric.cap),
        "covariate_denominator": measure(covariate_denominator, before, rows=counts_rows),
    }
