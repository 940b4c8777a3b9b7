"""What the units of a study paid for subscriptions since they started in it: exact sums by arm."""

from collections.abc import Sequence

from sqlglot import exp

from liftledger.domain.customers import Group
from liftledger.domain.instant import DAY
from liftledger.domain.moments import Product, Sums
from liftledger.engine.cohort import Cohort, sizes
from liftledger.engine.dialects.rule import exact
from liftledger.engine.engine import Engine, SumTooLarge
from liftledger.engine.render import column, integer, moment, named, when
from liftledger.engine.subscriptions.groups import by_arm, units
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.sums import called, multiplied
from liftledger.engine.template import fill

PRODUCTS: tuple[Product, ...] = tuple(("revenue",) * power for power in (1, 2, 3))


def paid(engine: Engine, of: Subscribers, cohorts: Sequence[Cohort]) -> dict[Group, Sums]:
    """The measure `revenue` of all units of an arm, also of those without a subscription, with squares.

    Its 1 is the smallest unit of money a month, paid for a day. There are cubes where they have no more than 38 digits.
    Raises SumTooLarge.
    """
    try:
        return _paid(engine, of, cohorts, PRODUCTS)
    except SumTooLarge:
        return _paid(engine, of, cohorts, PRODUCTS[:-1])


def _paid(engine: Engine, of: Subscribers, cohorts: Sequence[Cohort], products: Sequence[Product]) -> dict[Group, Sums]:
    start, at = column("_at", "cohort"), column("_at", "movements")
    began = when(exp.GT(this=at, expression=start), at.copy(), start.copy())
    days = exp.IntDiv(this=exp.paren(exp.Sub(this=moment(of.as_of), expression=began)), expression=integer(DAY))
    query = fill(
        "subscriptions_paid",
        tables={"cohort": units(cohorts), "movements": of.movements},
        days=exact(days),
        sums=[
            named(exp.Sum(this=exact(multiplied([column(one) for one in product]))), called(product))
            for product in products
        ],
    )
    found = dict(by_arm(cohorts, engine.rows(f"{of.base.name}: paid by arm", query)))
    nothing = (0,) * len(products)
    return {
        group: Sums(number, dict(zip(products, map(int, found.get(group, nothing)), strict=True)))
        for cohort in cohorts
        for group, number in _units(engine, cohort)
    }


def _units(engine: Engine, cohort: Cohort) -> list[tuple[Group, int]]:
    known = sizes(engine, cohort)
    return [(Group(study=cohort.study.name, arm=arm), known.get(arm, 0)) for arm in cohort.study.arms]
