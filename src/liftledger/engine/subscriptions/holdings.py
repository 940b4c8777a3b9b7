"""Who is subscribed at the report's date: for how long already, and what they pay."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.customers import Group
from liftledger.engine.calendar import MONTH, even
from liftledger.engine.cells import sets
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine, Row
from liftledger.engine.render import column, integer
from liftledger.engine.subscriptions.groups import by_arm, by_group, everybody
from liftledger.engine.subscriptions.lifespans import clocks
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.template import fill


class Held(msgspec.Struct, frozen=True):
    """Customers of one tenure; money a month in its smallest unit."""

    months: int  # whole ones since their clock started
    customers: int
    mrr: int
    squares: int


def holdings(engine: Engine, of: Subscribers) -> dict[Group, tuple[Held, ...]]:
    """Of everybody, and by dimension and plan, by tenure since the first start. Raises SumTooLarge."""
    query = _query(of, everybody(of), of.attributes)
    return _held(by_group(of, engine.rows(f"{of.base.name}: subscribed now", query)))


def holdings_by_arm(engine: Engine, of: Subscribers, cohorts: Sequence[Cohort]) -> dict[Group, tuple[Held, ...]]:
    """By study and arm, by tenure as `lifespans_by_arm` counts it. Raises SumTooLarge."""
    query = _query(of, clocks(of, cohorts), ())
    return _held(by_arm(cohorts, engine.rows(f"{of.base.name}: subscribed now by arm", query)))


def _query(of: Subscribers, clocks: exp.Query, attributes: Sequence[str]) -> exp.Query:
    return fill(
        "holdings",
        tables={"clocks": clocks, "movements": of.movements},
        dimensions=[column(one) for one in attributes],
        as_of=integer(even(of.as_of)),
        month=integer(MONTH),
        sets=sets(attributes, "_step"),
    )


def _held(rows: Iterable[tuple[Group, Row]]) -> dict[Group, tuple[Held, ...]]:
    found: dict[Group, list[Held]] = defaultdict(list)
    for group, values in rows:
        found[group].append(Held(*map(int, values)))
    return {group: tuple(sorted(held, key=lambda one: one.months)) for group, held in found.items()}
