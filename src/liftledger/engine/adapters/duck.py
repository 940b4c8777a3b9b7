"""The DuckDB adapter: a database in memory, inside this process."""

import os
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from liftledger.engine.dialect import CANONICAL, rendered
from liftledger.engine.engine import Engine, Exhausted, Refusal, Row, RowTooLarge, SumTooLarge, Watch


class Duck(Engine):
    """One in-memory database; what does not fit goes to a folder that goes with it."""

    dialect = "duckdb"

    def __init__(self, *, threads: int | None = None, memory: str | None = None, watch: Watch | None = None) -> None:
        super().__init__(watch)
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

    def columns(self, query: exp.Query) -> dict[str, str]:
        return {row[0]: row[1] for row in self._execute(f"DESCRIBE {rendered(query, CANONICAL)}")}

    def attach(self, path: Path, name: str) -> None:
        """Opens another DuckDB file, read-only, under a name."""
        statement = exp.Attach(this=exp.alias_(exp.Literal.string(str(path)), name), expressions=[])
        self._execute(f"{statement.sql(dialect=CANONICAL)} (READ_ONLY)")

    def _execute(self, sql: str) -> list[Row]:
        try:
            return self._db.execute(sql).fetchall()
        except duckdb.OutOfRangeException as error:
            kind = RowTooLarge if "INT64" in str(error) else SumTooLarge
            raise kind(_first_line(error)) from error
        except duckdb.OutOfMemoryException as error:
            raise Exhausted("it ran out of memory, or of room on the disk for what does not fit") from error
        except duckdb.Error as error:
            raise Refusal(_first_line(error)) from error
        except RuntimeError as error:  # how DuckDB passes on an interrupt
            raise KeyboardInterrupt from error


def _first_line(error: Exception) -> str:
    """What went wrong, without the excerpt of our SQL that DuckDB adds."""
    lines = [line.strip() for line in str(error).partition("\nLINE ")[0].splitlines() if line.strip()]
    return " ".join(lines[:4])[:400]
