"""Rows by day in tables of the store: a day that is read again replaces its rows, all others stay where they are."""

from collections.abc import Collection, Iterable

import msgspec
from sqlglot import exp

from liftledger.engine.render import any_of, column, integer
from liftledger.engine.state.store import Store

DAY = "_day"
MOST = 24  # tables; more are put together


class Kept(msgspec.Struct, frozen=True):
    """Which days of which table count; other rows of such a table were replaced since."""

    tables: dict[str, tuple[int, ...]] = {}

    def rows(self, store: Store) -> exp.Query | None:
        """All rows that count."""
        queries: list[exp.Query] = [
            exp.select("*").from_(store.read([name]).subquery("kept")).where(within(days))
            for name, days in self.tables.items()
        ]
        if not queries:
            return None
        query = queries[0]
        for more in queries[1:]:
            query = exp.union(query, more, distinct=False, copy=False)
        return query

    def without(self, days: Collection[int]) -> "Kept":
        """Without the rows of some days."""
        left = {name: tuple(day for day in held if day not in days) for name, held in self.tables.items()}
        return Kept({name: held for name, held in left.items() if held})

    def replaced(self, store: Store, name: str, query: exp.Query, days: Collection[int]) -> "Kept":
        """With the rows of a query for those of some days."""
        return self.without(days).added(store, name, query, days)

    def added(self, store: Store, name: str, query: exp.Query, days: Collection[int]) -> "Kept":
        """With more rows on some days."""
        if len(self.tables) < MOST:
            rows = store.keep(name, query)
            return Kept({**self.tables, **({name: tuple(sorted(days))} if rows else {})})
        others = self.rows(store)
        assert others is not None
        all_days = sorted({*days, *(day for held in self.tables.values() for day in held)})
        store.keep(name, exp.union(others, query, distinct=False))
        return Kept({name: tuple(all_days)})


def within(days: Iterable[int]) -> exp.Expr:
    """Whether a row's day is one of these: in spans, for they mostly follow one another."""
    spans: list[list[int]] = []
    for day in sorted(set(days)):
        if spans and spans[-1][1] == day - 1:
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return exp.paren(
        any_of(
            [
                exp.Between(this=column(DAY), low=integer(low), high=integer(high))
                if low < high
                else exp.EQ(this=column(DAY), expression=integer(low))
                for low, high in spans
            ]
        )
    )
