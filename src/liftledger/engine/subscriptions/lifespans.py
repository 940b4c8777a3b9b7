"""How long customers stayed, in months of tenure: from the day they came, one month after another.

A customer has left when the last of their subscriptions has ended and none has started again by as_of; who paused in
between and came back was away, but had not left, so a lifespan goes through its pauses. Months are calendar months from
the day of the start, not 30 days: subscriptions renew by the calendar, and who leaves when a year is over leaves in
month 12. Where a month lacks the start's day, the month of tenure ends with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlglot import exp

from liftledger.domain.customers import Group
from liftledger.domain.durations import Durations
from liftledger.engine.calendar import MONTH, even, evened
from liftledger.engine.cells import sets
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine, Row
from liftledger.engine.render import column, integer
from liftledger.engine.subscriptions.groups import by_arm, by_group, everybody, units
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.template import fill


def lifespans(engine: Engine, of: Subscribers) -> dict[Group, Durations]:
    """Of everybody, and by dimension and plan: a step is a month of tenure, since the first start.

    An event at step t: left in month t. Censored at step t: observed for t whole months, and gone on so far; also who
    left in a month of tenure that is not whole by as_of, as nobody could yet be observed to stay through it.
    """
    query = _query(of, everybody(of), of.attributes)
    return _durations(by_group(of, engine.rows(f"{of.base.name}: lifespans", query)))


def lifespans_by_arm(engine: Engine, of: Subscribers, cohorts: Sequence[Cohort]) -> dict[Group, Durations]:
    """By study and arm, since the unit's start in the study where it was subscribed just before, else since its first
    subscription from then on; units without one are left out.

    Arms are comparable as randomised where all their units were subscribed before. Cohorts are dated, and of the base's
    kind of unit.
    """
    query = _query(of, clocks(of, cohorts), ())
    return _durations(by_arm(cohorts, engine.rows(f"{of.base.name}: lifespans by arm", query)))


def clocks(of: Subscribers, cohorts: Sequence[Cohort]) -> exp.Query:
    """A row a study and unit that was subscribed at its start or later: since when, and when its last one ended."""
    tables: dict[str, str | exp.Query] = {
        "cohort": evened(units(cohorts)),
        "customers": of.customers,
        "movements": of.movements,
    }
    return fill("subscription_clocks", tables=tables)


def tenures(lifespans: Durations) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """By month t = 1, 2, ...: those who left in it, and those who were observed for t whole months and go on.

    Who was not observed for a whole month is in neither.
    """
    last = max([*lifespans.events, *lifespans.censored], default=0)
    months = range(1, last + 1)
    return tuple(lifespans.events.get(t, 0) for t in months), tuple(lifespans.censored.get(t, 0) for t in months)


def _query(of: Subscribers, clocks: exp.Query, attributes: Sequence[str]) -> exp.Query:
    return fill(
        "lifespans",
        tables={"clocks": clocks},
        dimensions=[column(one) for one in attributes],
        month=integer(MONTH),
        as_of=integer(even(of.as_of)),
        sets=sets(attributes, "_gone", "_step"),
    )


def _durations(rows: Iterable[tuple[Group, Row]]) -> dict[Group, Durations]:
    found: dict[Group, tuple[dict[int, int], dict[int, int]]] = defaultdict(lambda: ({}, {}))
    for group, (gone, step, customers) in rows:
        found[group][1 - int(gone)][int(step)] = int(customers)
    return {
        group: Durations(dict(sorted(left.items())), dict(sorted(going.items())))
        for group, (left, going) in found.items()
    }
