"""What the units of a study brought since they started in it: exact sums by arm, returns taken off."""

from collections.abc import Sequence

from sqlglot import exp

from liftledger.domain.customers import Group
from liftledger.domain.moments import Product, Sums
from liftledger.engine.cohort import Cohort, sizes
from liftledger.engine.dialects.rule import exact
from liftledger.engine.engine import Engine, SumTooLarge
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.render import column, named
from liftledger.engine.sums import called, multiplied
from liftledger.engine.template import fill

PRODUCTS: tuple[Product, ...] = tuple(("revenue",) * power for power in (1, 2, 3))


def brought(engine: Engine, purchasers: Purchasers, cohort: Cohort) -> dict[Group, Sums]:
    """The measure `revenue` (minor units) of all units of an arm, also of those without a purchase, with squares.

    Every row counts: what is returned on a later day is no purchase, but it is taken off here. There are cubes where
    they have no more than 38 digits. Raises SumTooLarge.
    """
    try:
        return _brought(engine, purchasers, cohort, PRODUCTS)
    except SumTooLarge:
        return _brought(engine, purchasers, cohort, PRODUCTS[:-1])


def _brought(engine: Engine, purchasers: Purchasers, cohort: Cohort, products: Sequence[Product]) -> dict[Group, Sums]:
    study, known = cohort.study, sizes(engine, cohort)
    query = fill(
        "purchases_brought",
        tables={"steps": purchasers.bought.steps},
        sums=[
            named(exp.Sum(this=exact(multiplied([column(one) for one in product]))), called(product))
            for product in products
        ],
    )
    rows = engine.rows(f"{purchasers.base.name}: brought by arm", query)
    found = {study.arms[int(arm)]: tuple(map(int, sums)) for arm, *sums in rows}
    nothing = (0,) * len(products)
    return {
        Group(study=study.name, arm=arm): Sums(
            known.get(arm, 0), dict(zip(products, found.get(arm, nothing), strict=True))
        )
        for arm in study.arms
    }
