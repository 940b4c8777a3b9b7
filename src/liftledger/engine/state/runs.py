"""Runs: a table kept in parts, of which a later one holds whole days anew."""

from collections.abc import Iterator

import msgspec
from sqlglot import exp

from liftledger.engine.render import column, integer
from liftledger.engine.state.facts import Store

MOST = 100  # runs that are read together


class Run(msgspec.Struct, frozen=True):
    """Rows with `_day` in one table of the store, as one refresh wrote them."""

    table: str
    sequence: int
    days: tuple[int, ...] | None = None  # that it was written for; None: all that there were


class Runs(msgspec.Struct, frozen=True):
    """A day's rows are those of the runs from its sequence on; of a day without one, of all runs."""

    parts: tuple[Run, ...]
    since: dict[int, int] = {}  # day -> sequence

    @property
    def names(self) -> frozenset[str]:
        """The tables that are read."""
        return frozenset(run.table for run in self.parts)

    def without(self, days: frozenset[int], sequence: int) -> "Runs":
        """The same before the rows that these days have from now on."""
        since = self.since | dict.fromkeys(sorted(days), sequence)
        found = Runs(self.parts, since)
        return Runs(tuple(run for run in self.parts if run.days is None or set(run.days) - found._gone(run)), since)

    def later(self, run: Run) -> "Runs":
        """The same with one more run."""
        return Runs((*self.parts, run), self.since)

    def rows(self, store: Store, names: tuple[str, ...]) -> exp.Query:
        """The columns of these names, of all rows that still stand."""
        query: exp.Query | None = None
        for part in self._read(store, names):
            query = part if query is None else exp.union(query, part, distinct=False)
        assert query is not None
        return query

    def _read(self, store: Store, names: tuple[str, ...]) -> Iterator[exp.Select]:
        whole = [run.table for run in self.parts if not self._gone(run)]
        if whole:
            yield _columns(store.read(whole), names)
        for run in self.parts:
            if gone := self._gone(run):
                days = [integer(day) for day in sorted(gone)]
                yield _columns(store.read([run.table]), names).where(
                    exp.Not(this=exp.In(this=column("_day"), expressions=days))
                )

    def _gone(self, run: Run) -> set[int]:
        """Days of the run that a later one holds."""
        later = {day for day, sequence in self.since.items() if sequence > run.sequence}
        return later if run.days is None else later & set(run.days)


def _columns(query: exp.Query, names: tuple[str, ...]) -> exp.Select:
    return exp.select(*(column(name) for name in names)).from_(query.subquery("run"))
