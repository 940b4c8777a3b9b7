"""By how much each midnight changes every sum: what comes in with it, by study, arm and segment.

A pure function of the units' histories: it knows of no date of a report, and what came in by a report's midnight adds
up to that report's sums.
"""

from collections.abc import Mapping, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.domain.moments import Product
from liftledger.engine.cells import sets
from liftledger.engine.dialects.rule import exact
from liftledger.engine.render import all_of, column, commented, grouped, integer, named, when
from liftledger.engine.scan import Scan
from liftledger.engine.state.entering import AT_ONCE, Entering, entering, midnight
from liftledger.engine.state.growing import changes, growing, limited_total, measures_of
from liftledger.engine.state.unit_days import KEYS, attributes, same
from liftledger.engine.sums import called, multiplied
from liftledger.engine.template import fill
from liftledger.engine.units import whether

CLASS, MIDNIGHT = "_class", "_day"
GROWING = -1  # class of what grows with its rows; of what enters whole, it is the rest of its wait


def daily(scan: Scan, days: exp.Query, *, few: bool = False) -> exp.Query:
    """Sums of products by cell, class and midnight (days since 1970), from rows of `unit_days`.

    A product that is not of the class is 0. Where there are `few` combinations of dimensions, units are added up once,
    by these.
    """
    entered = entering(scan)
    parts = [_entering_whole(scan, days, entered, rest, few=few) for rest in entered.rests]
    parts += [_growing(scan, days, entered, few=few)] if entered.growing else []
    return united(parts)


def difference(now: Scan, before: Scan, days_now: exp.Query, days_before: exp.Query) -> exp.Query:
    """By how much `daily` of units as they are is more than of the units as they were.

    Both are counted as if they were in different studies, and then one is taken off the other.
    """
    number = len(now.cohorts)
    both = msgspec.structs.replace(now, cohorts=(*now.cohorts, *before.cohorts))
    later = exp.Add(this=column("_study"), expression=integer(number))
    was = exp.select(named(later, "_study"), *map(column, (*KEYS[1:], *now.reading)))
    days = united([days_now, was.from_(days_before.subquery("days"))])
    is_now = exp.LT(this=column("_study"), expression=integer(number))
    study = when(is_now, column("_study"), exp.Sub(this=column("_study"), expression=integer(number)))
    names = map(called, entering(now).kept)
    values = [named(when(is_now.copy(), column(name), exp.Neg(this=column(name))), name) for name in names]
    keys = [named(study, "_study"), *map(column, cell_days(now)[1:])]
    signed = exp.Select(expressions=[*keys, *values]).from_(
        daily(both, days).subquery("midnights", copy=False), copy=False
    )
    return merged(now, signed)


def merged(scan: Scan, runs: exp.Query) -> exp.Query:
    """Several `daily` as one."""
    sums = [named(exact(exp.Sum(this=column(name))), name) for name in map(called, entering(scan).kept)]
    query = grouped(cell_days(scan), sums, runs, "runs")
    return commented(query, "By how much each midnight changes the sums by cell, added up from several runs.")


def came_in(scan: Scan, runs: exp.Query) -> exp.Query:
    """Sums of `daily` by cell, of what came in by as_of."""
    products, day = entering(scan), scan.as_of // DAY
    sums = []
    for product in products.kept:
        whole = products.whole.get(product)
        class_, last = (GROWING, day) if whole is None else (whole.rest, whole.last(day))
        own = exp.EQ(this=column(CLASS), expression=integer(class_))
        there = all_of([own, exp.LTE(this=column(MIDNIGHT), expression=integer(last))])
        value = when(there, column(called(product)), integer(0))
        sums.append(named(exp.Sum(this=value), called(product)))
    query = grouped(("_study", "_arm", *scan.dimensions), sums, runs, "midnights")
    return commented(query, "Exact sums by study, arm and segment, of what came in by the date of the report.")


def cell_days(scan: Scan) -> tuple[str, ...]:
    """Columns that tell the rows of `daily` apart; in those of a segment, the other dimensions are NULL."""
    return ("_study", "_arm", *scan.dimensions, CLASS, MIDNIGHT)


def united(parts: Sequence[exp.Query]) -> exp.Query:
    """All rows of all parts; the trees are taken as they are."""
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False, copy=False)


def _entering_whole(scan: Scan, days: exp.Query, entered: Entering, rest: int, *, few: bool) -> exp.Query:
    """Units with their totals, and when they enter; then their sums."""
    products = [one for one, whole in entered.whole.items() if whole.rest == rest]
    start, keys = column("_start", "cohort"), measures_of(scan, products)
    totals: dict[str, exp.Expr] = {key: exp.Sum(this=column(key, "days")) for key in keys}
    binary = scan.plan.binary
    measured = {key: whether(one, scan.plan.measures[key]) if key in binary else one for key, one in totals.items()}
    units = fill(
        "units_of_days",
        tables={"cohort": scan.cohort, "days": days},
        attributes=attributes(scan),
        measures=[
            named(midnight(exp.Min(this=start), rest), MIDNIGHT),
            *(named(exact(one), key) for key, one in measured.items()),
        ],
        counts=exp.true(),
        same=same(scan, "cohort", "days"),
        study=column("_study", "cohort") if scan.several else integer(0),
        keys=[column(name, "cohort") for name in scan.keys],
    )
    if any(scan.plan.measures[key].cap is not None for key in keys):
        selected = [column(name) for name in ("_study", "_arm", *scan.dimensions, MIDNIGHT)]
        limits = [column(key) if key in binary else named(limited_total(scan, key, column(key)), key) for key in keys]
        units = commented(
            exp.select(*selected, *limits).from_(units.subquery("units")), "Units with their totals limited; 0 stays 0."
        )
    sums = {product: multiplied([column(name) for name in product]) for product in products}
    return _summed(scan, units, entered, sums, rest, few=few)


def _growing(scan: Scan, days: exp.Query, entered: Entering, *, few: bool) -> exp.Query:
    """By how much each midnight changes the sums over units of what changes with their rows."""
    first = midnight(column("_start", "cohort"), AT_ONCE)
    next_day = exp.Add(this=column("_day", "days"), expression=integer(1))
    counts_from = when(exp.GT(this=next_day, expression=first), next_day.copy(), first.copy())
    steps = growing(scan, days, entered.growing, counts_from)
    return _summed(scan, steps, entered, changes(scan, entered.growing), GROWING, few=few)


def _summed(
    scan: Scan, rows: exp.Query, entered: Entering, sums: Mapping[Product, exp.Expr], class_: int, *, few: bool
) -> exp.Query:
    """Sums by cell and midnight of one class."""
    dimensions: list[exp.Expr] = [column(name) for name in scan.dimensions]
    summed: dict[Product, exp.Expr] = {product: exp.Sum(this=value) for product, value in sums.items()}
    if few and len(dimensions) > 1:
        rows = fill(
            "combinations",
            tables={"units": rows},
            dimensions=[*dimensions, column(MIDNIGHT)],
            sums=[named(one, called(product)) for product, one in summed.items()],
        )
        summed = {product: exp.Sum(this=column(called(product))) for product in summed}
    return fill(
        "sums",
        tables={"units": rows},
        dimensions=[*dimensions, named(integer(class_), CLASS), column(MIDNIGHT)],
        sums=[named(exact(summed.get(one, integer(0))), called(one)) for one in entered.kept],
        sets=sets(scan.dimensions, MIDNIGHT),
    )
