"""The DuckDB adapter: runs a syntax tree, remembers the SQL, and says what went wrong in a sentence."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from liftledger.domain.provenance import Query

DIALECT = "duckdb"


class Refusal(Exception):
    """The engine could not do it; the message says what would help."""


class Exhausted(Exception):
    """The engine ran out of memory or disk: nothing is wrong with the records."""


class SumTooLarge(Refusal):
    """A sum or product left the 38 digits that every engine can hold."""


class Duck:
    """One in-memory database with its log of statements."""

    def __init__(self, *, threads: int | None = None, memory: str | None = None) -> None:
        self.queries: list[Query] = []
        self._files = 0
        self._spill = tempfile.TemporaryDirectory(prefix="liftledger-")
        settings: dict[str, Any] = {
            "threads": threads or os.cpu_count() or 1,
            "temp_directory": self._spill.name,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if memory:
            settings["memory_limit"] = memory
        try:
            self._db = duckdb.connect(":memory:", config=settings)
        except duckdb.Error as error:
            self._spill.cleanup()
            raise Refusal(_first_line(error)) from error
        self._db.execute("SET TimeZone = 'UTC'")  # an instant as text is the same on every machine

    def free(self, ending: str) -> Path:
        """A name for a new file, to be read by the engine; it goes when the engine goes."""
        self._files += 1
        return Path(self._spill.name) / f"copy-{self._files}.{ending}"

    def close(self) -> None:
        self._db.close()
        self._spill.cleanup()

    def __enter__(self) -> "Duck":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, name: str, query: exp.Query, *, rows_in: int | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query, in no promised order."""
        return self._run(name, query, rows_in)

    def table(self, name: str, query: exp.Query, *, rows_in: int | None = None) -> None:
        """Keeps a query's rows as a temporary table."""
        self._run(name, _create(name, query, "TABLE"), rows_in)

    def view(self, name: str, query: exp.Query) -> None:
        """Names a query; it runs whenever it is read."""
        self._run(name, _create(name, query, "VIEW"), None)

    def columns(self, query: exp.Query) -> dict[str, str]:
        """Column name -> DuckDB type."""
        statement = f"DESCRIBE {query.sql(dialect=DIALECT)}"
        return {row[0]: row[1] for row in self._execute(statement)}

    def attach(self, path: Path, name: str) -> None:
        """Opens another DuckDB file, read-only, under a name."""
        statement = exp.Attach(this=exp.alias_(exp.Literal.string(str(path)), name), expressions=[])
        self._execute(f"{statement.sql(dialect=DIALECT)} (READ_ONLY)")

    def _run(self, name: str, statement: exp.Expr, rows_in: int | None) -> list[tuple[Any, ...]]:
        started = time.perf_counter()
        rows = self._execute(statement.sql(dialect=DIALECT))
        seconds = time.perf_counter() - started
        made = not isinstance(statement, exp.Query)
        rows_out = None if made and (not rows or len(rows[0]) != 1) else (rows[0][0] if made else len(rows))
        pretty = statement.sql(dialect=DIALECT, pretty=True)
        self.queries.append(Query(name, pretty, rows_in, rows_out, round(seconds, 6)))
        return rows

    def _execute(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql).fetchall()
        except duckdb.OutOfRangeException as error:
            raise SumTooLarge(_first_line(error)) from error
        except duckdb.OutOfMemoryException as error:
            raise Exhausted("it ran out of memory, or of room on the disk for what does not fit") from error
        except duckdb.Error as error:
            raise Refusal(_first_line(error)) from error
        except RuntimeError as error:  # how DuckDB passes on an interrupt
            raise KeyboardInterrupt from error


def _create(name: str, query: exp.Query, kind: str) -> exp.Create:
    properties = exp.Properties(expressions=[exp.TemporaryProperty()])
    return exp.Create(this=exp.to_table(name), kind=kind, expression=query, properties=properties, replace=True)


def _first_line(error: Exception) -> str:
    """What went wrong, without the excerpt of our SQL that DuckDB adds."""
    lines = [line.strip() for line in str(error).partition("\nLINE ")[0].splitlines() if line.strip()]
    return " ".join(lines[:4])[:400]
