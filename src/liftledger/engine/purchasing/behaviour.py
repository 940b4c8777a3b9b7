"""How customers buy: exact sums by customer, from which ratios and their intervals are made."""

from itertools import combinations_with_replacement

from sqlglot import exp

from liftledger.domain.customers import Group
from liftledger.domain.moments import Product, Sums, canonical
from liftledger.engine.dialects.rule import exact
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.groups import rows_of
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.render import column, integer, named, when
from liftledger.engine.sums import called, multiplied
from liftledger.engine.template import fill

AGAIN = "again"  # 1 of who bought again, else 0
TOGETHER = (  # measures whose products are asked for: the two sides of each ratio
    ("purchases", "revenue"),
    ("purchases", "observed"),
    ("repeats", "observed"),
    ("repeats", "span"),
    ("categories",),
)


def behaviour(engine: Engine, purchasers: Purchasers) -> dict[Group, Sums]:
    """Sums by customer of each group; a group without customers has n = 0 and sums of 0.

    Measures: `purchases`, `revenue` (minor units; where there is an amount), `repeats` (purchases after the first),
    `again` (1 of who bought again), `observed` (steps from the first purchase to the last that was observed), `span`
    (to the last purchase: the sum of the gaps between purchases), `categories` (where there is a category). There are
    the products of `purchases` with `revenue`, `purchases` and `repeats` with `observed`, `repeats` with `span`, and
    all squares. Raises SumTooLarge.
    """
    products = _products(purchasers)
    summed = [
        named(exp.Sum(this=multiplied([column(one) for one in product])), called(product)) for product in products
    ]
    found = rows_of(
        engine,
        "sums by customer",
        purchasers,
        lambda keys: fill(
            "purchase_sums",
            tables={"purchasers": purchasers.table},
            keys=keys,
            measures=[named(exact(value), name) for name, value in _measures(purchasers).items()],
            sums=summed,
        ),
    )
    nobody = (0,) * (1 + len(products))
    return {group: _sums(products, *(rows[0] if rows else nobody)) for group, rows in found.items()}


def _measures(purchasers: Purchasers) -> dict[str, exp.Expr]:
    bought, first, last = exp.column("purchases"), exp.column("first"), exp.column("last")
    measures: dict[str, exp.Expr] = {
        "purchases": bought,
        "repeats": exp.Sub(this=bought.copy(), expression=integer(1)),
        AGAIN: when(exp.GT(this=bought.copy(), expression=integer(1)), integer(1), integer(0)),
        "observed": exp.Sub(this=integer(purchasers.last), expression=first),
        "span": exp.Sub(this=last, expression=first.copy()),
    }
    if purchasers.base.amount is not None:
        measures["revenue"] = exp.column("revenue")
    if purchasers.base.category is not None:
        measures["categories"] = exp.column("categories")
    return measures


def _products(purchasers: Purchasers) -> list[Product]:
    measures = _measures(purchasers)
    products: list[Product] = [(name,) for name in measures]
    for names in TOGETHER:
        known = [name for name in names if name in measures]
        products += [canonical(pair) for pair in combinations_with_replacement(known, 2)]
    return list(dict.fromkeys(products))


def _sums(products: list[Product], customers: int, *totals: int) -> Sums:
    sums = dict(zip(products, (int(total) for total in totals), strict=True))
    return Sums(int(customers), sums, frozenset({AGAIN}))
