"""What customers who paid at an instant pay at a later one: exact sums for net and gross revenue retention."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.customers import Group
from liftledger.engine.calendar import begins, month
from liftledger.engine.cells import sets
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine, Row, SumTooLarge
from liftledger.engine.render import column, commented, moment, named, span
from liftledger.engine.subscriptions.groups import by_arm, by_group, everybody, units
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.sums import LIMIT
from liftledger.engine.template import fill


class RevenueKept(msgspec.Struct, frozen=True):
    """Sums over the accounts that paid more than nothing at the start, money in its smallest unit.

    Of what each paid a month just before the first instant (s) and just before the second (e), and of the smaller of
    both (k): net revenue retention is the sum of e over that of s, gross is that of k over that of s.
    """

    accounts: int
    start: int
    end: int
    kept: int
    start_start: int
    end_end: int
    kept_kept: int
    start_end: int
    start_kept: int


def revenue_kept(engine: Engine, of: Subscribers, *, months: int = 12) -> dict[Group, RevenueKept]:
    """Of everybody, and by dimension and plan: over `compared` whole calendar months.

    Groups without accounts are absent. Raises SumTooLarge.
    """
    low, high = compared(of.as_of, months)
    instants = everybody(of).select(named(moment(low), "_low"), named(moment(high), "_high"))
    query = _query(of, instants, of.attributes)
    return _sums(by_group(of, engine.rows(f"{of.base.name}: revenue kept", query)))


def compared(as_of: int, months: int = 12) -> tuple[int, int]:
    """From the first instant of which month to that of which: the last whole month before as_of is the last between."""
    last = month(as_of)
    return begins(last - months), begins(last)


def revenue_kept_by_arm(
    engine: Engine, of: Subscribers, cohorts: Sequence[Cohort], window: int
) -> dict[Group, RevenueKept]:
    """By study and arm, from each unit's start in the study until a window (microseconds) after it.

    Only units that were observed that long by as_of count. Cohorts are dated, and of the base's kind of unit. Raises
    SumTooLarge.
    """
    low = column("_at")
    high = exp.Add(this=low.copy(), expression=span(window))
    rows = exp.select(exp.Star(), named(low, "_low"), named(high, "_high")).from_(units(cohorts).subquery("units"))
    mature = exp.LTE(this=low.copy(), expression=moment(of.as_of - window))
    instants = commented(rows.where(mature), "Units that were observed for the whole window.")
    found = engine.rows(f"{of.base.name}: revenue kept by arm", _query(of, instants, ()))
    return _sums(by_arm(cohorts, found))


def _query(of: Subscribers, instants: exp.Query, attributes: Sequence[str]) -> exp.Query:
    return fill(
        "revenue_kept",
        tables={"movements": of.movements, "instants": instants},
        dimensions=[column(one) for one in attributes],
        keys=[column(one, "instants") for one in attributes],
        sets=sets(attributes),
    )


def _sums(rows: Iterable[tuple[Group, Row]]) -> dict[Group, RevenueKept]:
    """128 bits hold some sums that 38 digits do not, and those are refused too."""
    found = {group: [int(value) for value in values] for group, values in rows}
    if any(value >= LIMIT for values in found.values() for value in values):
        raise SumTooLarge("a sum has more than 38 digits")
    return {group: RevenueKept(*values) for group, values in found.items()}
