"""Exact sums: one scan of a fact reduces its rows to units, and units to sums by study, arm and segment."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.measure import Measure, Plan
from liftledger.domain.metric import Cap
from liftledger.domain.moments import Product, Sums
from liftledger.engine.cohort import Cohort, union
from liftledger.engine.columns import AT
from liftledger.engine.duck import Duck, SumTooLarge
from liftledger.engine.render import all_of, any_of, column, exact_sum, integer, named, render, when
from liftledger.engine.template import fill

LIMIT = 10**38  # the first sum that 38 digits cannot hold
SECOND = 1_000_000

Segment = tuple[str, str] | None  # (dimension, value)


class Cell(msgspec.Struct, frozen=True):
    """Where sums belong: a study's arm, whole or one segment of it."""

    study: str
    arm: str
    segment: Segment


class Counted(msgspec.Struct, frozen=True):
    """Sums of one fact's measures by cell, and the name of the query that made them."""

    query: str
    units: dict[Cell, int]  # analysed units, mature or not
    mature: dict[Cell, dict[int | None, int]]  # by horizon
    totals: dict[Cell, dict[Product, int]]

    def sums(self, cell: Cell, plan: Plan, metric: str) -> Sums:
        """One metric's sums over its mature units."""
        needs = plan.needs[metric]
        totals = self.totals.get(cell, {})
        products = needs.products(plan.binary)
        n = self.mature.get(cell, {}).get(needs.horizon, 0)
        return Sums(
            n, {product: totals.get(product, 0) for product in products}, plan.binary & frozenset(needs.measures)
        )


def count(
    duck: Duck, name: str, table: str, cohorts: Sequence[Cohort], plan: Plan, as_of: int, *, rows_in: int | None = None
) -> Counted:
    """Scans `table` once for all measures of `plan` and all `cohorts`. Raises SumTooLarge naming the measure."""
    dimensions = tuple(sorted({name for cohort in cohorts for name in cohort.dimensions}))
    relation = union(cohorts, dimensions)
    reading = {key: measure for key, measure in plan.measures.items() if measure.aggregate != "elapsed"}
    products = [product for product in plan.products if set(product) & set(reading)]
    units = _units(table, relation, plan, dimensions, as_of)
    if any(_by_percentile(measure.cap) for measure in plan.measures.values()):
        kept = f"units_{name}"
        duck.table(kept, units, rows_in=rows_in)
        caps = _percentiles(duck, kept, plan)
        units = exp.select("*").from_(kept)
    else:
        caps = {}
    units = _capped(units, plan, caps, dimensions)
    label = f"{name}: sums"
    query = fill(
        "sums",
        tables={"units": units},
        dimensions=[column(one) for one in dimensions],
        sums=[exact_sum([column(factor) for factor in product]) for product in products],
        sets=_sets(dimensions),
    )
    try:
        found = duck.rows(label, query, rows_in=rows_in)
    except SumTooLarge as error:
        raise SumTooLarge(_too_large(duck, units, products, plan)) from error
    totals: dict[Cell, dict[Product, int]] = {}
    for study, arm, *rest in found:
        cell = _cell(cohorts, study, arm, dimensions, rest[: len(dimensions)])
        values = (int(value) for value in rest[len(dimensions) :])
        totals[cell] = dict(zip(products, values, strict=True))
    counted = _counts(duck, name, cohorts, relation, plan, dimensions, as_of)
    for cell, elapsed in counted[2].items():
        totals.setdefault(cell, dict.fromkeys(products, 0)).update(elapsed)
    _refuse_large(totals)
    return Counted(label, counted[0], counted[1], totals)


def _units(table: str, relation: exp.Query, plan: Plan, dimensions: Sequence[str], as_of: int) -> exp.Query:
    """Rows with what each measure needs to know of them, then one row a unit.

    A condition that several measures share is evaluated once; so is a value.
    """
    reading = {key: measure for key, measure in plan.measures.items() if measure.aggregate != "elapsed"}
    conditions: dict[exp.Expr, str] = {}
    values: dict[exp.Expr, str] = {}
    measures = []
    for key, measure in plan.measures.items():
        if measure.aggregate == "elapsed":
            measures.append(named(_elapsed(measure, as_of, exp.Min(this=column("_start"))), key))
            continue
        met = column(conditions.setdefault(_condition(measure, as_of), f"_counts_{len(conditions) + 1}"))
        value = (
            integer(1)
            if measure.aggregate != "sum"
            else column(values.setdefault(_value(measure), f"_value_{len(values) + 1}"))
        )
        counted = when(met, value, integer(0))
        measures.append(named(exp.Max(this=counted) if measure.binary else exp.Sum(this=counted), key))
    return fill(
        "units",
        tables={"cohort": relation, "fact": table},
        dimensions=[column(name, "cohort") for name in dimensions],
        values=[named(value, name) for value, name in values.items()],
        conditions=[named(condition, name) for condition, name in conditions.items()],
        attributes=[named(exp.Min(this=column(name)), name) for name in dimensions],
        measures=measures,
        counts=all_of([_relevant(list(reading.values())), *_within(list(reading.values()), as_of)]),
    )


def _relevant(measures: Sequence[Measure]) -> exp.Expr:
    """Rows that some measure counts; the engine pushes this below the join."""
    conditions = [measure.term.where for measure in measures]
    if any(condition is None for condition in conditions):
        return exp.true()
    distinct = list(dict.fromkeys(conditions))
    return exp.paren(any_of([render(condition, "fact") for condition in distinct if condition is not None]))


def _within(measures: Sequence[Measure], as_of: int) -> list[exp.Expr]:
    spans = [measure.span for measure in measures if measure.span is not None]
    if not spans:
        return []
    at, start = column(AT, "fact"), column("_start", "cohort")
    conditions: list[exp.Expr] = [exp.LT(this=at, expression=integer(as_of))]
    conditions.append(exp.GTE(this=at, expression=_after(start, min(span.low for span in spans))))
    highs = [span.high for span in spans]
    if None not in highs:
        conditions.append(exp.LT(this=at, expression=_after(start, max(high for high in highs if high is not None))))
    return [condition.copy() for condition in conditions]


def _after(start: exp.Expr, micros: int) -> exp.Expr:
    if micros == 0:
        return start.copy()
    operator = exp.Add if micros > 0 else exp.Sub
    return operator(this=start.copy(), expression=integer(abs(micros)))


def _condition(measure: Measure, as_of: int) -> exp.Expr:
    """Whether a row counts for the measure: it passes `where`, lies in the span, and its unit is mature."""
    conditions = [] if measure.term.where is None else [render(measure.term.where, "fact")]
    start = column("_start", "cohort")
    if measure.span is not None:
        at = column(AT, "fact")
        conditions.append(exp.GTE(this=at, expression=_after(start, measure.span.low)))
        if measure.span.high is not None:
            conditions.append(exp.LT(this=at.copy(), expression=_after(start, measure.span.high)))
    if measure.horizon is not None:
        conditions.append(exp.LTE(this=start.copy(), expression=integer(as_of - measure.horizon)))
    return all_of(conditions)


def _value(measure: Measure) -> exp.Expr:
    """The row's value; where an optional column is blank there is nothing to add."""
    assert measure.term.value is not None
    return exp.func("COALESCE", render(measure.term.value, "fact"), integer(0))


def _elapsed(measure: Measure, as_of: int, start: exp.Expr) -> exp.Expr:
    """Whole seconds of the span that had passed at as_of; 0 before it begins and for immature units."""
    assert measure.span is not None
    begin = _after(start, measure.span.low)
    end = integer(as_of)
    if measure.span.high is not None:
        end = exp.func("LEAST", integer(as_of), _after(start, measure.span.high))
    begun: list[exp.Expr] = [exp.LT(this=begin, expression=integer(as_of))]
    if measure.horizon is not None:
        begun.append(exp.LTE(this=start.copy(), expression=integer(as_of - measure.horizon)))
    length = exp.paren(exp.Sub(this=end, expression=exp.paren(begin)))
    return when(all_of([one.copy() for one in begun]), exp.IntDiv(this=length, expression=integer(SECOND)), integer(0))


def _by_percentile(cap: Cap | None) -> bool:
    return cap is not None and (cap.low_percentile is not None or cap.high_percentile is not None)


def _percentiles(duck: Duck, table: str, plan: Plan) -> dict[tuple[str, str], dict[int, int]]:
    """(measure, side) -> index of the study -> the cap."""
    caps: dict[tuple[str, str], dict[int, int]] = {}
    for key, measure in plan.measures.items():
        if measure.cap is None:
            continue
        for side, percentile in (("low", measure.cap.low_percentile), ("high", measure.cap.high_percentile)):
            if percentile is not None:
                query = fill("percentile", tables={"units": table}, value=column(key), percentile=integer(percentile))
                found = duck.rows(f"{table}: percentile {percentile / 100:g} of {key}", query)
                caps[key, side] = {study: int(cap) for study, cap in found}
    return caps


def _capped(
    units: exp.Query, plan: Plan, percentiles: Mapping[tuple[str, str], dict[int, int]], dimensions: Sequence[str]
) -> exp.Query:
    """Units with their totals limited; a total of 0 stays 0, so that units without rows still add nothing."""
    if all(measure.cap is None for measure in plan.measures.values()):
        return units
    columns: list[exp.Expr] = [column(name) for name in ("_study", "_arm", *dimensions)]
    for key, measure in plan.measures.items():
        columns.append(named(_limited(key, measure.cap, percentiles), key) if measure.cap else column(key))
    return exp.select(*columns).from_(units.subquery("units"))


def _limited(key: str, cap: Cap, percentiles: Mapping[tuple[str, str], dict[int, int]]) -> exp.Expr:
    cases = [exp.If(this=exp.EQ(this=column(key), expression=integer(0)), true=integer(0))]
    for side, absolute, beyond in (("low", cap.low, exp.LT), ("high", cap.high, exp.GT)):
        limits = {None: absolute} if absolute is not None else percentiles.get((key, side), {})
        for study, limit in limits.items():
            condition: list[exp.Expr] = [beyond(this=column(key), expression=integer(limit))]
            if study is not None:
                condition.append(exp.EQ(this=column("_study"), expression=integer(study)))
            cases.append(exp.If(this=all_of(condition), true=integer(limit)))
    return exp.Case(ifs=cases, default=column(key))


def _sets(dimensions: Sequence[str]) -> list[exp.Expr]:
    keys: list[exp.Expr] = [column("_study"), column("_arm")]
    if not dimensions:
        return keys
    sets = [keys, *([*keys, column(name)] for name in dimensions)]
    return [exp.GroupingSets(expressions=[exp.Tuple(expressions=[key.copy() for key in one]) for one in sets])]


def _cell(
    cohorts: Sequence[Cohort], study: int, arm: int, dimensions: Sequence[str], values: Sequence[str | None]
) -> Cell:
    segment = next(((name, value) for name, value in zip(dimensions, values, strict=True) if value is not None), None)
    owner = cohorts[study].study
    return Cell(owner.name, owner.arms[arm], segment)


def _counts(
    duck: Duck,
    name: str,
    cohorts: Sequence[Cohort],
    relation: exp.Query,
    plan: Plan,
    dimensions: Sequence[str],
    as_of: int,
) -> tuple[dict[Cell, int], dict[Cell, dict[int | None, int]], dict[Cell, dict[Product, int]]]:
    horizons = sorted({needs.horizon for needs in plan.needs.values() if needs.horizon is not None})
    elapsed = {key: measure for key, measure in plan.measures.items() if measure.aggregate == "elapsed"}
    products = [product for product in plan.products if set(product) <= set(elapsed)]
    mature = [
        exact_sum([when(exp.LTE(this=column("_start"), expression=integer(as_of - horizon)), integer(1), integer(0))])
        for horizon in horizons
    ]
    observed = {key: _elapsed(measure, as_of, column("_start")) for key, measure in elapsed.items()}
    query = fill(
        "counts",
        tables={"cohort": relation},
        dimensions=[column(one) for one in dimensions],
        counted=[*mature, *(exact_sum([observed[factor] for factor in product]) for product in products)],
        sets=_sets(dimensions),
    )
    units: dict[Cell, int] = {}
    ripe: dict[Cell, dict[int | None, int]] = {}
    totals: dict[Cell, dict[Product, int]] = {}
    for study, arm, *rest in duck.rows(f"{name}: units", query):
        cell = _cell(cohorts, study, arm, dimensions, rest[: len(dimensions)])
        n, *values = rest[len(dimensions) :]
        units[cell] = n
        ripe[cell] = {None: n, **{horizon: int(value) for horizon, value in zip(horizons, values, strict=False)}}
        totals[cell] = {product: int(value) for product, value in zip(products, values[len(horizons) :], strict=True)}
    return units, ripe, totals


def _refuse_large(totals: Mapping[Cell, Mapping[Product, int]]) -> None:
    for cell, found in totals.items():
        for product, total in found.items():
            if abs(total) >= LIMIT:
                raise SumTooLarge(f"study {cell.study!r}: the sum of {' x '.join(product)} has more than 38 digits")


def _too_large(duck: Duck, units: exp.Query, products: Sequence[Product], plan: Plan) -> str:
    """Which product left 38 digits: each is summed alone."""
    for product in products:
        try:
            duck.rows(
                "overflow",
                exp.select(exact_sum([column(factor) for factor in product])).from_(units.copy().subquery("units")),
            )
        except SumTooLarge:
            name = next(
                (needs.metric for needs in plan.needs.values() if set(product) <= set(needs.measures)), product[0]
            )
            found = f"metric {name!r}: the sum of {' x '.join(product)} has more than 38 digits"
            return f"{found}; cap it, or declare its column with a smaller scale"
    return "a sum has more than 38 digits"
