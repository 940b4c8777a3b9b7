"""The seam: what every engine does for us. An adapter runs a statement in its own dialect and says what went wrong.

Queries are trees of our canonical SQL (`dialect.py`). An engine keeps their rows as temporary tables under a name, and
the log of all statements for the provenance.
"""

import time
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from sqlglot import exp

from liftledger.domain.provenance import Query
from liftledger.engine.dialect import CANONICAL, Dialect, rendered

Row = tuple[Any, ...]
Arrays = Mapping[
    str, Sequence[int]
]  # whole numbers of 64 bits by column, all of one length; numpy reads them as they are
Watch = Callable[[str], None]  # is told the name of each query before it runs


class Refusal(Exception):
    """The engine could not do it; the message says what would help."""


class Exhausted(Exception):
    """The engine ran out of memory or disk: nothing is wrong with the records."""

    cure = "give it more with --memory, or let it use fewer --threads"


class DiskFull(Exhausted):
    """What does not fit into memory does not fit into a folder on this machine either."""

    cure = "make room there, name another folder, such as TMPDIR=/data/tmp liftledger ..., or give it more --memory"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"what does not fit into memory does not fit into {folder} either: no room is left there")


class NoRoom(Exhausted):
    """What is to outlive the session does not fit into its folder."""

    cure = "make room there, or use liftledger report, which keeps nothing"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"what a refresh keeps does not fit into {folder}: no room is left there")


class Unreachable(Exception):
    """There is no such engine, or it went away."""


class Lost(Unreachable):
    """It went away in the middle of the work."""


class SumTooLarge(Refusal):
    """A sum or product left the 38 digits that every engine can hold."""


class RowTooLarge(SumTooLarge):
    """The value of one row left the 64 bits that every engine can hold, before anything was summed."""


class Engine(ABC):
    """One session with its log of statements; temporary tables go with it."""

    dialect: Dialect
    package: str  # that speaks to it, whose version a report's provenance holds

    def __init__(self, watch: Watch | None = None) -> None:
        self.queries: list[Query] = []
        self._watch = watch

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Ends the session."""

    @abstractmethod
    def columns(self, query: exp.Query) -> dict[str, str]:
        """Column name -> type, in DuckDB's words. Raises Refusal."""

    @abstractmethod
    def _execute(self, sql: str) -> list[Row]:
        """Runs a statement in the engine's dialect. Raises Refusal, Exhausted, Unreachable, KeyboardInterrupt."""

    def rows(self, name: str, query: exp.Query, *, rows_in: int | None = None) -> list[Row]:
        """All rows of a query, in no promised order; whole numbers are int on every engine."""
        rows, seconds = self._timed(name, query)
        self._log(name, query, rows_in, len(rows), seconds)
        return rows

    def arrays(self, name: str, query: exp.Query) -> Arrays:
        """All rows of a query of BIGINTs, none of them NULL, by column; there may be millions."""
        self.tell(name)
        started = time.perf_counter()
        found = self._arrays(self._sql(query), query.named_selects)
        self._log(name, query, None, len(found[query.named_selects[0]]), time.perf_counter() - started)
        return found

    def _arrays(self, sql: str, names: Sequence[str]) -> Arrays:
        found = {name: array("q") for name in names}
        for row in self._execute(sql):
            for values, value in zip(found.values(), row, strict=True):
                values.append(value)
        return found

    def table(self, name: str, query: exp.Query, *, rows_in: int | None = None) -> None:
        """Keeps a query's rows as a temporary table."""
        statement = _create(name, query, "TABLE")
        rows, seconds = self._timed(name, statement)
        self._log(name, statement, rows_in, rows[0][0] if rows and len(rows[0]) == 1 else None, seconds)

    def view(self, name: str, query: exp.Query) -> None:
        """Names a query; it runs whenever it is read."""
        statement = _create(name, query, "VIEW")
        _, seconds = self._timed(name, statement)
        self._log(name, statement, None, None, seconds)

    def kept(self, name: str, query: exp.Query, keep: Callable[[str], int]) -> int:
        """Has a query's rows kept by what knows where: it takes the statement, and says how many rows there were."""
        self.tell(name)
        started = time.perf_counter()
        rows = keep(self._sql(query))
        self._log(name, query, None, rows, time.perf_counter() - started)
        return rows

    def tell(self, name: str) -> None:
        """Tells who watches what comes next, where that takes time."""
        if self._watch is not None:
            self._watch(name)

    def _sql(self, statement: exp.Expr, *, pretty: bool = False) -> str:
        return rendered(statement, self.dialect, pretty=pretty)

    def _timed(self, name: str, statement: exp.Expr) -> tuple[list[Row], float]:
        self.tell(name)
        started = time.perf_counter()
        rows = self._execute(self._sql(statement))
        return rows, time.perf_counter() - started

    def _log(self, name: str, statement: exp.Expr, rows_in: int | None, rows_out: int | None, seconds: float) -> None:
        sql = self._sql(statement, pretty=True)
        canonical = None if self.dialect == CANONICAL else rendered(statement, CANONICAL, pretty=True)
        self.queries.append(Query(name, sql, rows_in, rows_out, round(seconds, 6), canonical))


def whole(value: Any) -> Any:
    """A decimal without digits after its point as an int."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _create(name: str, query: exp.Query, kind: str) -> exp.Create:
    properties = exp.Properties(expressions=[exp.TemporaryProperty()])
    return exp.Create(this=exp.to_table(name), kind=kind, expression=query, properties=properties, replace=True)
