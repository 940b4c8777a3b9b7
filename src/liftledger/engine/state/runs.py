"""Runs: a table kept in parts, of which a later one holds whole days anew."""

from collections.abc import Collection, Iterator

import msgspec
from sqlglot import exp

from liftledger.engine.render import column, integer
from liftledger.engine.state.store import Store


class Run(msgspec.Struct, frozen=True):
    """Rows with their `_day` in one table of the store, as one refresh wrote them."""

    table: str
    sequence: int  # of the refresh
    days: tuple[int, ...] | None = None  # that it was written for; None: all that there were


class Runs(msgspec.Struct, frozen=True):
    """The rows of a day are those of the runs from its sequence on; of a day that has none, those of all runs."""

    parts: tuple[Run, ...]
    since: dict[int, int] = {}  # day -> sequence

    @property
    def names(self) -> frozenset[str]:
        """Tables that are read."""
        return frozenset(run.table for run in self.parts)

    def without(self, days: Collection[int], sequence: int) -> "Runs":
        """What still stands when a refresh has other rows for these days."""
        standing = Runs(self.parts, self.since | dict.fromkeys(sorted(days), sequence))
        parts = tuple(run for run in self.parts if run.days is None or set(run.days) - standing._replaced(run))
        return Runs(parts, standing.since)

    def later(self, run: Run) -> "Runs":
        """With one more."""
        return Runs((*self.parts, run), self.since)

    def rows(self, store: Store, *names: str) -> exp.Query:
        """All rows that stand, with the columns of these names."""
        first, *rest = self._rows(store, names)
        query: exp.Query = first
        for part in rest:
            query = exp.union(query, part, distinct=False)
        return query

    def _rows(self, store: Store, names: Collection[str]) -> Iterator[exp.Select]:
        whole = [run.table for run in self.parts if not self._replaced(run)]
        if whole:
            yield _selected(store, whole, names)
        for run in self.parts:
            if replaced := self._replaced(run):
                days: list[exp.Expr] = [integer(day) for day in sorted(replaced)]
                yield _selected(store, [run.table], names).where(
                    exp.Not(this=exp.In(this=column("_day"), expressions=days))
                )

    def _replaced(self, run: Run) -> set[int]:
        """Days of which a later run holds the rows."""
        days = {day for day, sequence in self.since.items() if sequence > run.sequence}
        return days if run.days is None else days & set(run.days)


def _selected(store: Store, tables: list[str], names: Collection[str]) -> exp.Select:
    return exp.select(*(column(name) for name in names)).from_(store.read(tables).subquery("run"))
