"""Calendar months (UTC) of purchases: cohorts by month of the first one, and who came back in the next period."""

import msgspec

from liftledger.domain.instant import DAY, day
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.purchasing.steps import BEFORE, month, month_of
from liftledger.engine.render import integer
from liftledger.engine.template import fill

PERIODS = {"month": 1, "quarter": 3, "year": 12}  # in months
MARCH = BEFORE - 60  # days before 1970 from the first of March of the year 0 on: leap days are then last in their year


class Months(msgspec.Struct, frozen=True):
    """`table`: a row a customer and calendar month with purchases: unit, month (since the year 0), amount."""

    purchasers: Purchasers
    table: str
    end: int  # the first month that was not observed to its end


class Cohort(msgspec.Struct, frozen=True):
    """Customers whose first purchase was in one month, by whole months since; index 0 is that month.

    Months that were not observed to their end are left out: a cohort of the last one has customers, and no index 0.
    """

    month: str  # YYYY-MM
    customers: int
    active: tuple[int, ...]  # who bought in the month
    revenue: tuple[int, ...]  # of these purchases, minor units; empty: no amount


class Kept(msgspec.Struct, frozen=True):
    """Of the customers who bought in the period before, how many bought in this one."""

    period: str  # 'month' | 'quarter' | 'year'
    start: str  # first day, YYYY-MM-DD
    starting: int
    ending: int


def months(engine: Engine, purchasers: Purchasers) -> Months:
    """Makes the table."""
    table = f"months_{purchasers.bought.table}"
    shift = integer(MARCH * DAY)
    engine.table(
        table, fill("purchase_months", tables={"bought": purchasers.bought.table}, shift=shift, day=integer(DAY))
    )
    return Months(purchasers, table, month_of(day(purchasers.bought.end * purchasers.base.grid)))


def cohorts(engine: Engine, months: Months) -> tuple[Cohort, ...]:
    """All cohorts by month, also those that nobody is in: from the first to the last purchase's."""
    query = fill("purchase_cohorts", tables={"months": months.table})
    found = engine.rows(f"{months.purchasers.base.name}: cohorts by month", query)
    cells = {(int(first), int(since)): (int(active), int(amount)) for first, since, active, amount in found}
    if not cells:
        return ()
    firsts = [first for first, _ in cells]
    valued = months.purchasers.base.amount is not None
    return tuple(_cohort(first, cells, months.end, valued=valued) for first in range(min(firsts), max(firsts) + 1))


def _cohort(first: int, cells: dict[tuple[int, int], tuple[int, int]], end: int, *, valued: bool) -> Cohort:
    row = [cells.get((first, since), (0, 0)) for since in range(end - first)]
    revenue = tuple(amount for _, amount in row) if valued else ()
    return Cohort(month(first), cells.get((first, 0), (0, 0))[0], tuple(active for active, _ in row), revenue)


def kept(engine: Engine, months: Months) -> tuple[Kept, ...]:
    """Whole months, quarters and years that follow one in which somebody bought.

    Nobody is told when a customer has left for good, so who is a customer at the start of a period is a matter of
    definition. Here it is who bought in the period of the same length before it, and kept is who bought in this one:
    it needs no model and no threshold of days, and looks at the same time of everybody. Who buys more seldom than once
    a period counts as lost, and may come back; so a year keeps more than a month. The period before the first one may
    have begun before the records did.
    """
    found = []
    for period, length in PERIODS.items():
        query = fill("purchases_kept", tables={"months": months.table}, length=integer(length))
        rows = engine.rows(f"{months.purchasers.base.name}: kept from {period} to {period}", query)
        whole = months.end // length
        found += [
            Kept(period, f"{month(number * length)}-01", int(starting), int(ending))
            for number, starting, ending in sorted(rows)
            if number < whole
        ]
    return tuple(found)
