"""Subscribers: each subscription as what it adds at its start and takes away at its end, and a row a customer.

A customer's monthly recurring revenue (MRR) just before an instant is the sum of their movements until then, and so is
the number of their subscriptions that run. Who has one is subscribed, whatever it costs: a free plan has MRR 0.
"""

import msgspec
from sqlglot import exp

from liftledger.domain.customers import Subscriptions
from liftledger.domain.project import Project
from liftledger.domain.study import STARTED
from liftledger.engine.attributes import Attribute, by, described, of_names
from liftledger.engine.calendar import evened
from liftledger.engine.columns import AT, UNIT
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, moment, render
from liftledger.engine.subscriptions.changes import changed
from liftledger.engine.template import fill

COUNTED, LATE, BACKWARDS, NEGATIVE = range(4)  # outcomes in subscription_rows.sql
OWN_PLAN = "_plan"  # the plan at the first start among the dimensions; no project calls one so


class Counts(msgspec.Struct, frozen=True):
    """What was counted while the tables were made; rows that do not pass `where` are not looked at."""

    subscriptions: int  # that count
    customers: int  # who have one of these
    subscribed: int  # of them, those with a subscription that goes on at as_of
    late: int  # rows left out: they start at as_of or later
    backwards: int  # rows left out: they end before they start
    negative: int  # rows left out: their amount is below 0
    empty: int  # of those that count, those that end at the instant they start: nobody ever pays for them
    overlapping: int  # of those that count, those that start while another of the customer runs: they are summed
    blank: int  # of those that count, those without an amount, which is then 0


class Subscribers(msgspec.Struct, frozen=True):
    """A base in the engine, up to `as_of`: an end from then on is not known yet.

    `movements`: a row a start and an end of a subscription, of `_unit`, `_at`, `_even` (the instant on the even
    calendar), `_running` (1 or -1) and `_mrr`. `customers`: a row a customer, of `_unit`, `_start` and `_first` (their
    first start, plainly and on the even calendar), `_left` and `_last` (when their last subscription ended; NULL: one
    goes on), and `by(dimension)` as of their first start. `changes`: a row a customer and whole calendar month with a
    movement.
    """

    base: Subscriptions
    as_of: int
    movements: str
    customers: str
    changes: str
    dimensions: tuple[str, ...]  # and OWN_PLAN where the base has plans
    counts: Counts

    @property
    def attributes(self) -> tuple[str, ...]:
        """Columns of `customers` that hold the dimensions."""
        return tuple(map(by, self.dimensions))


def subscribers(engine: Engine, project: Project, base: Subscriptions, as_of: int, rows: str) -> Subscribers:
    """Makes the base's tables, from the table `rows` of its fact by units of its kind. Raises SumTooLarge."""
    kept, movements, began, customers = (
        f"{name}_{base.name}" for name in ("subscriptions", "movements", "subscribers", "customers")
    )
    engine.table(kept, _rows(base, as_of, rows))
    engine.table(movements, evened(fill("subscription_movements", tables={"subscriptions": kept})))
    engine.table(began, fill("subscribers", tables={"movements": movements}))
    about = tuple(one for one in of_names(project, base.dimensions) if one.kind == base.unit)
    if base.plan is not None:
        plans = f"plans_{base.name}"
        engine.view(plans, _plans(base.plan, kept))
        about = (*about, Attribute(OWN_PLAN, base.unit, plans, base.plan, number=False, dated=True, bands=()))
    started = STARTED in base.dimensions
    own = [column(name, "began") for name in ("_first", "_left", "_last")]
    engine.table(customers, described(engine, customers, began, about, started=started).select(*own))
    dimensions = tuple(sorted([*(one.name for one in about), *([STARTED] if started else [])]))
    counts = _counts(engine, base, kept, customers)
    changes = f"changes_{base.name}"
    engine.table(changes, changed(movements, as_of, months=1))
    return Subscribers(base, as_of, movements, customers, changes, dimensions, counts)


def _rows(base: Subscriptions, as_of: int, rows: str) -> exp.Query:
    known = exp.Not(this=exp.Is(this=column(UNIT, "fact"), expression=exp.Null()))  # a user without an account has none
    return fill(
        "subscription_rows",
        tables={"fact": rows},
        as_of=moment(as_of),
        ends=column(base.ends, "fact"),
        amount=render(base.amount, "fact"),
        passed=[] if base.plan is None else [column(base.plan)],
        counts=all_of([known, *([] if base.where is None else [render(base.where, "fact")])]),
    )


def _plans(plan: str, kept: str) -> exp.Query:
    counted = exp.EQ(this=column("_outcome"), expression=exp.Literal.number(COUNTED))
    query = exp.select(column(UNIT), column(AT), column(plan)).from_(kept).where(counted)
    return commented(query, "The plans of the subscriptions that count.")


def _counts(engine: Engine, base: Subscriptions, kept: str, customers: str) -> Counts:
    tables = {"subscriptions": kept, "customers": customers}
    found = {
        int(outcome): tuple(map(int, counted))
        for outcome, *counted in engine.rows(f"{base.name}: rows", fill("subscription_counts", tables=tables))
    }
    query = fill("subscriptions_overlapping", tables=tables)
    [(overlapping,)] = engine.rows(f"{base.name}: overlapping subscriptions", query)
    [(several, subscribed)] = engine.rows(f"{base.name}: customers", fill("subscriber_counts", tables=tables))
    nothing = (0, 0, 0)
    subscriptions, blank, empty = found.get(COUNTED, nothing)
    late, backwards, negative = (found.get(one, nothing)[0] for one in (LATE, BACKWARDS, NEGATIVE))
    return Counts(
        subscriptions, int(several), int(subscribed), late, backwards, negative, empty, int(overlapping), blank
    )
