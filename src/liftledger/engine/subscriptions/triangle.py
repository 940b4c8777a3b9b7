"""The cohort triangle: customers by the month they came in, month after month."""

from itertools import accumulate

import msgspec
from sqlglot import exp

from liftledger.engine.calendar import MONTH, label
from liftledger.engine.engine import Engine
from liftledger.engine.render import integer
from liftledger.engine.subscriptions.changes import ended
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.template import fill


class Intake(msgspec.Struct, frozen=True):
    """Customers whose first subscription started in one calendar month (UTC), by whole months since; 0 is that one."""

    month: str  # '2026-01'
    customers: int
    active: tuple[int, ...]  # subscribed at the month's end; until the last whole month before as_of
    mrr: tuple[int, ...]  # what they paid a month then, in the money's smallest unit


def cohorts(engine: Engine, of: Subscribers) -> tuple[Intake, ...]:
    """Those of whole months that somebody came in, in order."""
    grid: dict[str, exp.Expr] = {"month": integer(MONTH)}
    tables = {"customers": of.customers, "changes": of.changes}
    starts = engine.rows(f"{of.base.name}: cohorts", fill("subscriber_starts", tables=tables, **grid))
    changes = engine.rows(f"{of.base.name}: cohorts by month", fill("subscriber_cohorts", tables=tables, **grid))
    more = {(int(cohort), int(period)): (int(active), int(mrr)) for cohort, period, active, mrr in changes}
    end = ended(of.as_of, 1)
    intakes = []
    for cohort, customers in sorted((int(cohort), int(customers)) for cohort, customers in starts):
        if cohort < end:
            steps = [more.get((cohort, period), (0, 0)) for period in range(cohort, end)]
            active, mrr = (tuple(accumulate(column)) for column in zip(*steps, strict=True))
            intakes.append(Intake(label(cohort), customers, active, mrr))
    return tuple(intakes)
