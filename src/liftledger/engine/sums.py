"""Exact sums by study, arm and segment: of the products of units' measures, and of the units themselves."""

from collections import Counter
from collections.abc import Collection, Sequence
from math import prod

import msgspec
from sqlglot import exp

from liftledger.domain.measure import Plan
from liftledger.domain.moments import Product, Sums
from liftledger.engine.caps import capped
from liftledger.engine.cells import Cell as Cell
from liftledger.engine.cells import Segment as Segment
from liftledger.engine.cells import cells, sets
from liftledger.engine.dialects.rule import exact
from liftledger.engine.engine import Engine, RowTooLarge, SumTooLarge
from liftledger.engine.render import column, integer, moment, named, when
from liftledger.engine.scan import Scan
from liftledger.engine.template import fill
from liftledger.engine.units import elapsed, units

FEW = 10_000  # combinations of arm and dimensions' values: their sums take little room
LIMIT = 10**38  # the first sum that 38 digits cannot hold


class Counted(msgspec.Struct, frozen=True):
    """Sums of one scan by cell, and the name of the query that made them."""

    query: str
    units: dict[Cell, int]  # analysed units, mature or not
    mature: dict[Cell, dict[int | None, int]]  # by horizon
    totals: dict[Cell, dict[Product, int]]
    starts: dict[Cell, tuple[int, int]]  # first and last start of the analysed units

    def sums(self, cell: Cell, plan: Plan, metric: str) -> Sums:
        """One metric's sums over its mature units."""
        needs = plan.needs[metric]
        totals = self.totals.get(cell, {})
        n = self.mature.get(cell, {}).get(needs.horizon, 0)
        binary = plan.binary & frozenset(needs.measures)
        return Sums(n, {product: totals.get(product, 0) for product in needs.products(plan.binary)}, binary)


class _Units(msgspec.Struct, frozen=True):
    """Units of one cell."""

    whole: int
    starts: tuple[int, int]
    mature: dict[int | None, int]  # by horizon
    observed: dict[Product, int]  # sums of the time that they were observed


def count(engine: Engine, scan: Scan, per_unit: exp.Query | None = None) -> Counted:
    """One scan of the fact, and one of the cohorts. Raises SumTooLarge naming the metric.

    Given units with their measures, `per_unit`, as `units` would make them, the fact is not read.
    """
    products = [product for product in scan.plan.products if set(product) & set(scan.reading)]
    counted = _units(engine, scan)
    per_unit = per_unit or units(scan, mature=_reached(counted.values()))
    few = combinations(counted) <= FEW
    try:
        per_unit = capped(engine, scan, per_unit)
        totals = _totals(engine, scan, per_unit, products, few=few)
    except SumTooLarge as error:
        raise SumTooLarge(_too_large(engine, scan, per_unit, products)) from error
    for cell, one in counted.items():
        totals.setdefault(cell, dict.fromkeys(products, 0)).update(one.observed)
    return Counted(
        _name(scan),
        {cell: one.whole for cell, one in counted.items()},
        {cell: one.mature for cell, one in counted.items()},
        totals,
        {cell: one.starts for cell, one in counted.items()},
    )


def _name(scan: Scan) -> str:
    return f"{scan.name}: sums"


def combinations(counted: Collection[Cell]) -> int:
    """How many combinations of arm and dimensions' values there can be."""
    arms = {(cell.study, cell.arm) for cell in counted}
    values = Counter(dimension for dimension, _ in {cell.segment for cell in counted if cell.segment is not None})
    return len(arms) * prod(values.values())


def _totals(
    engine: Engine, scan: Scan, per_unit: exp.Query, products: Sequence[Product], *, few: bool = False
) -> dict[Cell, dict[Product, int]]:
    """Sums of products by cell; 128 bits hold some sums that 38 digits do not, and those are refused too.

    Where there are `few` combinations of dimensions, units are added up once, by these, and not for each dimension.
    """
    attributes: list[exp.Expr] = [column(one) for one in scan.dimensions]
    rows, summed = per_unit, _sums(products)
    if few and len(attributes) > 1:
        rows = fill("combinations", tables={"units": per_unit}, dimensions=attributes, sums=summed)
        names = [one.alias for one in summed]
        summed = [named(exp.Sum(this=column(name)), name) for name in names]
    query = fill("sums", tables={"units": rows}, dimensions=attributes, sums=summed, sets=sets(scan.dimensions))
    found = cells(scan.cohorts, engine.rows(_name(scan), query, rows_in=scan.rows))
    totals = {cell: dict(zip(products, (int(value) for value in values), strict=True)) for cell, values in found}
    if any(abs(total) >= LIMIT for sums in totals.values() for total in sums.values()):
        raise SumTooLarge("a sum has more than 38 digits")
    return totals


def _units(engine: Engine, scan: Scan) -> dict[Cell, _Units]:
    horizons = sorted({needs.horizon for needs in scan.plan.needs.values() if needs.horizon is not None})
    observed = [named(exact(elapsed(one, scan.as_of, column("_start"))), key) for key, one in scan.elapsed.items()]
    products = [product for product in scan.plan.products if set(product) <= set(scan.elapsed)]
    mature = [
        exp.Count(this=when(exp.LTE(this=column("_start"), expression=moment(scan.as_of - one)), integer(1)))
        for one in horizons
    ]
    cohort = exp.select(exp.Star(), *observed).from_(scan.cohort.subquery("cohort")) if observed else scan.cohort
    query = fill(
        "counts",
        tables={"cohort": cohort},
        dimensions=[column(one) for one in scan.dimensions],
        counted=[*(named(one, f"_mature_{place}") for place, one in enumerate(mature, start=1)), *_sums(products)],
        sets=sets(scan.dimensions),
    )
    counted = {}
    for cell, (whole, first, last, *values) in cells(scan.cohorts, engine.rows(f"{scan.name}: units", query)):
        numbers = [int(value) for value in values]
        by_horizon: dict[int | None, int] = {None: whole}
        by_horizon.update(zip(horizons, numbers, strict=False))
        sums = dict(zip(products, numbers[len(horizons) :], strict=True))
        counted[cell] = _Units(whole, (first, last), by_horizon, sums)
    return counted


def _reached(counted: Collection[_Units]) -> frozenset[int | None]:
    """Horizons that every unit has reached."""
    horizons = frozenset(horizon for one in counted for horizon in one.mature)
    return frozenset(one for one in horizons if all(cell.mature[one] == cell.whole for cell in counted))


def _sums(products: Sequence[Product]) -> list[exp.Expr]:
    """Sums of products of measures, under the names that the provenance gives them."""
    return [named(exp.Sum(this=multiplied([column(one) for one in product])), called(product)) for product in products]


def called(product: Product) -> str:
    """Name of a product's column."""
    return " x ".join(product)


def multiplied(factors: Sequence[exp.Expr]) -> exp.Expr:
    """Their product."""
    first, *rest = factors
    for factor in rest:
        first = exp.Mul(this=first, expression=factor)
    return first


def _too_large(engine: Engine, scan: Scan, per_unit: exp.Query, products: Sequence[Product]) -> str:
    """Which product left its digits: each is summed alone."""
    for product in products:
        try:
            _totals(engine, scan, per_unit, [product])
        except SumTooLarge as error:
            metric = next(one.metric for one in scan.plan.needs.values() if set(product) <= set(one.measures))
            smaller = "declare its column with a smaller scale"
            if isinstance(error, RowTooLarge):  # in a row, before anything was summed
                return f"metric {metric!r}: the value of a row has more than 18 digits; correct the row, or {smaller}"
            return f"metric {metric!r}: the sum of {called(product)} has more than 38 digits; cap it, or {smaller}"
    return "a sum has more than 38 digits"
