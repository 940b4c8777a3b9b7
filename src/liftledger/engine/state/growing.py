"""Running totals of units, step by step, and by how much each step changes the sums of their products."""

from collections.abc import Collection

from sqlglot import exp

from liftledger.domain.moments import Product
from liftledger.engine.caps import limited
from liftledger.engine.dialects.rule import exact
from liftledger.engine.render import column, integer, named
from liftledger.engine.scan import Scan
from liftledger.engine.state.unit_days import attributes, same
from liftledger.engine.sums import multiplied
from liftledger.engine.template import fill
from liftledger.engine.units import whether


def growing(scan: Scan, days: exp.Query, products: Collection[Product], step: exp.Expr) -> exp.Query:
    """One row a unit and step with rows: the measures of the products before it and after it, within their limits.

    `step` orders the rows of `cohort` and `days`.
    """
    keys = measures_of(scan, products)
    place = _places(scan, products)
    running = exp.Window(
        partition_by=[column(name) for name in scan.keys],
        order=exp.Order(expressions=[exp.Ordered(this=column("_day"))]),
    )

    def windowed(key: str) -> exp.Expr:
        window = running.copy()
        window.set("this", exp.Sum(this=column(f"_more_{place[key]}")))
        return exact(window)

    def after(key: str) -> exp.Expr:
        return column(f"_sum_{place[key]}")

    def before(key: str) -> exp.Expr:
        return exp.paren(exp.Sub(this=after(key), expression=column(f"_more_{place[key]}")), copy=False)

    return fill(
        "growing",
        tables={"cohort": scan.cohort, "days": days},
        dimensions=[column(name) for name in scan.dimensions],
        attributes=attributes(scan),
        study=column("_study", "cohort") if scan.several else integer(0),
        day=step,
        totals=[named(exp.cast(exp.Sum(this=column(key, "days")), "BIGINT"), f"_more_{place[key]}") for key in keys],
        same=same(scan, "cohort", "days"),
        keys=[column(name, "cohort") for name in scan.keys],
        running=[named(windowed(key), f"_sum_{place[key]}") for key in keys],
        after=[named(limited_total(scan, key, after(key)), f"_after_{place[key]}") for key in keys],
        before=[named(limited_total(scan, key, before(key)), f"_before_{place[key]}") for key in keys],
    )


def changes(scan: Scan, products: Collection[Product]) -> dict[Product, exp.Expr]:
    """By how much a row of `growing` changes each product."""
    place = _places(scan, products)

    def side(product: Product, name: str) -> exp.Expr:
        return multiplied([column(f"_{name}_{place[key]}") for key in product])

    return {one: exp.Sub(this=side(one, "after"), expression=side(one, "before")) for one in products}


def limited_total(scan: Scan, key: str, total: exp.Expr) -> exp.Expr:
    """The measure of a unit whose rows add up to so much, within limits that need no data."""
    measure = scan.plan.measures[key]
    if measure.binary:
        return whether(total, measure)
    return total if measure.cap is None else limited(key, total, measure.cap, {})


def measures_of(scan: Scan, products: Collection[Product]) -> list[str]:
    """Those that some of the products are of, in the plan's order."""
    used = {name for product in products for name in product}
    return [name for name in scan.plan.measures if name in used]


def _places(scan: Scan, products: Collection[Product]) -> dict[str, int]:
    return {key: number for number, key in enumerate(measures_of(scan, products), start=1)}
