"""By how much each midnight changes every sum: what comes in with it, by study, arm and segment.

A pure function of the units' histories: it knows of no date of a report, and what came in by a report's midnight adds
up to that report's sums.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.domain.moments import Product
from liftledger.engine.caps import limited
from liftledger.engine.cells import sets
from liftledger.engine.dialects.rule import exact
from liftledger.engine.render import all_of, any_of, column, commented, integer, named, when
from liftledger.engine.scan import Scan
from liftledger.engine.state.entering import AT_ONCE, Entering, entering, midnight
from liftledger.engine.state.unit_days import same
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


def difference(scan: Scan, now: exp.Query, before: exp.Query) -> exp.Query:
    """By how much one `daily` is more than another."""
    products = [called(one) for one in entering(scan).kept]
    keys = [column(name) for name in cell_days(scan)]
    less = [named(exp.Neg(this=column(name)), name) for name in products]
    both = united([now, exp.select(*keys, *less).from_(before.subquery("before"))])
    return _added(scan, both).having(
        any_of([exp.NEQ(this=exp.Sum(this=column(name)), expression=integer(0)) for name in products])
    )


def merged(scan: Scan, runs: exp.Query) -> exp.Query:
    """Several `daily` as one."""
    return _added(scan, runs)


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
    keys = [column(name) for name in ("_study", "_arm", *scan.dimensions)]
    query = exp.select(*keys, *sums).from_(runs.subquery("midnights")).group_by(*(key.copy() for key in keys))
    return commented(query, "Exact sums by study, arm and segment, of what came in by the date of the report.")


def cell_days(scan: Scan) -> tuple[str, ...]:
    """Columns that tell the rows of `daily` apart; in those of a segment, the other dimensions are NULL."""
    return ("_study", "_arm", *scan.dimensions, CLASS, MIDNIGHT)


def united(parts: Sequence[exp.Query]) -> exp.Query:
    """All rows of all parts."""
    first, *rest = parts
    for part in rest:
        first = exp.union(first, part, distinct=False)
    return first


def _added(scan: Scan, rows: exp.Query) -> exp.Select:
    keys = [column(name) for name in cell_days(scan)]
    sums = [named(exact(exp.Sum(this=column(name))), name) for name in map(called, entering(scan).kept)]
    query = exp.select(*keys, *sums).from_(rows.subquery("runs")).group_by(*(key.copy() for key in keys))
    return commented(query, "By how much each midnight changes the sums by cell, added up from several runs.")


def _entering_whole(scan: Scan, days: exp.Query, entered: Entering, rest: int, *, few: bool) -> exp.Query:
    """Units with their totals, and when they enter; then their sums."""
    products = {one for one, whole in entered.whole.items() if whole.rest == rest}
    start, keys = column("_start", "cohort"), _measures(scan, products)
    totals: dict[str, exp.Expr] = {key: exp.Sum(this=column(key, "days")) for key in keys}
    measured = {key: whether(one) if scan.plan.measures[key].binary else one for key, one in totals.items()}
    units = fill(
        "units_of_days",
        tables={"cohort": scan.cohort, "days": days},
        attributes=_attributes(scan),
        measures=[
            named(midnight(exp.Min(this=start), rest), MIDNIGHT),
            *(named(exact(one), key) for key, one in measured.items()),
        ],
        counts=exp.true(),
        same=same(scan, "cohort", "days"),
        study=_study(scan),
        keys=[column(name, "cohort") for name in scan.keys],
    )
    if any(scan.plan.measures[key].cap is not None for key in keys):
        selected = [column(name) for name in ("_study", "_arm", *scan.dimensions, MIDNIGHT)]
        limits = [named(_limited(scan, key, column(key)), key) for key in keys]
        units = commented(
            exp.select(*selected, *limits).from_(units.subquery("units")), "Units with their totals limited; 0 stays 0."
        )
    sums = {product: multiplied([column(name) for name in product]) for product in products}
    return _summed(scan, units, entered, sums, rest, few=few)


def _growing(scan: Scan, days: exp.Query, entered: Entering, *, few: bool) -> exp.Query:
    """Units' totals after each midnight and before it; then by how much that changes their sums."""
    keys = _measures(scan, entered.growing)
    place = {key: number for number, key in enumerate(keys, start=1)}
    first = midnight(column("_start", "cohort"), AT_ONCE)
    next_day = exp.Add(this=column("_day", "days"), expression=integer(1))
    running = exp.Window(
        this=None,
        partition_by=[column(name) for name in scan.keys],
        order=exp.Order(expressions=[exp.Ordered(this=column(MIDNIGHT))]),
    )

    def after(key: str) -> exp.Expr:
        return column(f"_sum_{place[key]}")

    def before(key: str) -> exp.Expr:
        return exp.Sub(this=after(key), expression=column(f"_more_{place[key]}"))

    def windowed(key: str) -> exp.Expr:
        window = running.copy()
        window.set("this", exp.Sum(this=column(f"_more_{place[key]}")))
        return exact(window)

    changes = fill(
        "growing",
        tables={"cohort": scan.cohort, "days": days},
        dimensions=[column(name) for name in scan.dimensions],
        attributes=_attributes(scan),
        study=_study(scan),
        day=when(exp.GT(this=next_day, expression=first), next_day.copy(), first.copy()),
        totals=[named(exp.cast(exp.Sum(this=column(key, "days")), "BIGINT"), f"_more_{place[key]}") for key in keys],
        same=same(scan, "cohort", "days"),
        keys=[column(name, "cohort") for name in scan.keys],
        running=[named(windowed(key), f"_sum_{place[key]}") for key in keys],
        after=[named(_limited(scan, key, after(key)), f"_after_{place[key]}") for key in keys],
        before=[named(_limited(scan, key, exp.paren(before(key))), f"_before_{place[key]}") for key in keys],
    )

    def product(of: Product, side: str) -> exp.Expr:
        return multiplied([column(f"_{side}_{place[name]}") for name in of])

    sums: dict[Product, exp.Expr] = {
        one: exp.Sub(this=product(one, "after"), expression=product(one, "before")) for one in entered.growing
    }
    return _summed(scan, changes, entered, sums, GROWING, few=few)


def _summed(
    scan: Scan, rows: exp.Query, entered: Entering, sums: Mapping[Product, exp.Expr], class_: int, *, few: bool
) -> exp.Query:
    """Sums by cell and midnight of one class."""
    attributes: list[exp.Expr] = [column(name) for name in scan.dimensions]
    summed: dict[Product, exp.Expr] = {product: exp.Sum(this=value) for product, value in sums.items()}
    if few and len(attributes) > 1:
        rows = fill(
            "combinations",
            tables={"units": rows},
            dimensions=[*attributes, column(MIDNIGHT)],
            sums=[named(one, called(product)) for product, one in summed.items()],
        )
        summed = {product: exp.Sum(this=column(called(product))) for product in summed}
    return fill(
        "sums",
        tables={"units": rows},
        dimensions=[*attributes, named(integer(class_), CLASS), column(MIDNIGHT)],
        sums=[named(exact(summed.get(one, integer(0))), called(one)) for one in entered.kept],
        sets=sets(scan.dimensions, MIDNIGHT),
    )


def _limited(scan: Scan, key: str, total: exp.Expr) -> exp.Expr:
    measure = scan.plan.measures[key]
    if measure.binary:
        return whether(total)
    return total if measure.cap is None else limited(key, total, measure.cap, {})


def _measures(scan: Scan, products: Collection[Product]) -> list[str]:
    """Those that some of the products are of, in the plan's order."""
    used = {name for product in products for name in product}
    return [name for name in scan.plan.measures if name in used]


def _study(scan: Scan) -> exp.Expr:
    return column("_study", "cohort") if scan.several else integer(0)


def _attributes(scan: Scan) -> list[exp.Expr]:
    return [named(exp.Min(this=column(name, "cohort")), name) for name in scan.dimensions]
