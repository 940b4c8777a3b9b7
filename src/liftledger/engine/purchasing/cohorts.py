"""Calendar months (UTC) of purchases: cohorts by month of the first one, and who came back in the next period."""

from collections import Counter

import msgspec

from liftledger.domain.instant import DAY, day
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.purchasing.steps import BEFORE, month, month_of
from liftledger.engine.render import integer
from liftledger.engine.template import fill

PERIODS = {"month": 1, "quarter": 3, "year": 12}  # in months
MARCH = BEFORE - 60  # days before 1970 from the first of March of the year 0 on


class Month(msgspec.Struct, frozen=True, gc=False):
    """Customers who bought in a month; months are counted from January of the year 0 on."""

    first: int  # month of their first purchase
    previous: int | None  # the last month before in which they bought
    month: int
    customers: int
    amount: int  # of their purchases in it, minor units; where there is no amount, rows


class Months(msgspec.Struct, frozen=True):
    """All months with purchases."""

    months: tuple[Month, ...]
    begin: int  # the first month that was observed from its start
    end: int  # the first month that was not observed to its end
    valued: bool


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
    """What `cohorts` and `kept` read, of all customers together; a purchase is in the month of its first row."""
    query = fill(
        "purchase_months",
        tables={"bought": purchasers.bought.table},
        shift=integer(MARCH * DAY),
        day=integer(DAY),
    )
    rows = engine.rows(f"{purchasers.base.name}: months with purchases", query)
    found = tuple(
        Month(first, previous, month, customers, int(amount)) for first, previous, month, customers, amount in rows
    )
    end = month_of(day(purchasers.bought.end * purchasers.base.grid))
    return Months(found, _begin(purchasers), end, purchasers.base.amount is not None)


def _begin(purchasers: Purchasers) -> int:
    """Whose first day has a purchase, or the next one."""
    if purchasers.start is None:
        return 0
    first = day(purchasers.start)
    return month_of(first) + (0 if first.endswith("-01") else 1)


def cohorts(months: Months) -> tuple[Cohort, ...]:
    """By month, of those in which somebody bought for the first time."""
    active: Counter[tuple[int, int]] = Counter()
    revenue: Counter[tuple[int, int]] = Counter()
    for one in months.months:
        active[one.first, one.month] += one.customers
        revenue[one.first, one.month] += one.amount
    return tuple(
        Cohort(
            month(first),
            active[first, first],
            tuple(active[first, later] for later in range(first, months.end)),
            tuple(revenue[first, later] for later in range(first, months.end)) if months.valued else (),
        )
        for first in sorted({first for first, _ in active})
    )


def kept(months: Months) -> tuple[Kept, ...]:
    """Whole months, quarters and years that follow one in which somebody bought.

    Nobody is told when a customer has left for good, so who is a customer at the start of a period is a matter of
    definition. Here it is who bought in the period of the same length before it, and kept is who bought in this one:
    it needs no model and no threshold of days, and looks at the same time of everybody. Who buys more seldom than once
    a period counts as lost, and may come back; so a year keeps more than a month. Both periods are whole ones: records
    are taken to begin with the first purchase of all.
    """
    return tuple(one for period in PERIODS for one in _kept(months, period))


def _kept(months: Months, period: str) -> list[Kept]:
    length = PERIODS[period]
    buying: Counter[int] = Counter()  # customers who bought in a period
    again: Counter[int] = Counter()  # those of them who did in the one before, too
    for one in months.months:
        own, before = one.month // length, None if one.previous is None else one.previous // length
        if before != own:  # each customer once a period
            buying[own] += one.customers
            again[own] += one.customers if before == own - 1 else 0
    whole = range(-(-months.begin // length), months.end // length)
    following = [own + 1 for own in sorted(buying) if own in whole and own + 1 in whole]
    return [Kept(period, f"{month(own * length)}-01", buying[own - 1], again[own]) for own in following]
