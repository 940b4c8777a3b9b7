"""Strangers: rows of units that the table of such units does not know, kept by day for as long as they are."""

from collections.abc import Collection

from sqlglot import exp

from liftledger.engine.columns import UNIT
from liftledger.engine.engine import Engine
from liftledger.engine.render import column
from liftledger.engine.state.days import Strangers
from liftledger.engine.state.kept import Kept
from liftledger.engine.state.store import Store
from liftledger.engine.template import fill


def count_strangers(
    engine: Engine, store: Store, fact: str, known: str, parent: str | None, roll: str, kept: Kept
) -> Strangers:
    """How many of those that were unknown still are."""
    rows = kept.rows(store)
    if rows is None:
        return Strangers(known, parent, roll, 0, 0, kept)
    tables = {"strangers": rows, "known": members(store, roll, parent)}
    [(count, units)] = engine.rows(
        f"{fact}: units that {known} still does not know", fill("still_unknown", tables=tables)
    )
    return Strangers(known, parent, roll, int(count), int(units), kept)


def unknown_rows(store: Store, table: str | exp.Query, roll: str, parent: str | None) -> exp.Query:
    """Units of a table with `_day` that are not on a roll."""
    return fill("unknown_by_day", tables={"fact": table, "known": members(store, roll, parent)})


def lost(engine: Engine, store: Store, before: str, now: str, parent: str | None) -> int:
    """How many units of a roll are not on the next one."""
    tables = {"before": members(store, before, parent), "known": members(store, now, parent)}
    return int(engine.rows("units that are known no longer", fill("lost", tables=tables))[0][0])


def roll_of(table: str, parents: Collection[str]) -> exp.Query:
    """The units of a table, with their parents."""
    return exp.select(column(UNIT), *(column(name) for name in sorted(parents))).from_(table)


def members(store: Store, roll: str, parent: str | None) -> exp.Query:
    """The units on a roll; those with a parent, where it is asked for."""
    query = exp.select(column(UNIT)).from_(store.read([roll]).subquery("roll"))
    if parent is None:
        return query
    return query.where(exp.Not(this=exp.Is(this=column(parent), expression=exp.Null())))
