"""The DuckDB adapter: a database in memory, inside this process."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from liftledger.engine import machine
from liftledger.engine.dialect import CANONICAL, rendered
from liftledger.engine.engine import (
    Arrays,
    DiskFull,
    Engine,
    Exhausted,
    NoRoom,
    Refusal,
    Row,
    RowTooLarge,
    SumTooLarge,
    Watch,
    whole,
)
from liftledger.engine.spill import Spill

SHARE = 0.8  # of the memory that this process may use; the rest is Python's and the system's
NO_ROOM = (  # DuckDB looks before it offloads
    *("failed to offload", "No space left on device", "Disk quota exceeded", "File too large"),
)
# lz4 is read quickest, in half of the room of plain numbers; a file written aside needs no other aside of DuckDB's
PARQUET = "FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 122880, USE_TMP_FILE false"


class Duck(Engine):
    """One in-memory database; what does not fit goes to a folder that goes with it."""

    dialect = "duckdb"
    package = "duckdb"

    def __init__(self, *, threads: int | None = None, memory: str | None = None, watch: Watch | None = None) -> None:
        super().__init__(watch)
        self._files = 0
        self._spill = Spill(machine.spill_folder())
        settings: dict[str, Any] = {
            "threads": threads or machine.cpus(),
            "temp_directory": str(self._spill.path),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if memory is None and (allowed := machine.memory()) is not None:
            memory = f"{int(allowed * SHARE)}B"
        if memory is not None:
            settings["memory_limit"] = memory
        try:
            self._db = duckdb.connect(":memory:", config=settings)
        except duckdb.Error as error:
            self._spill.remove()
            raise Refusal(_first_line(error)) from error
        self._db.execute("SET TimeZone = 'UTC'")  # an instant as text is the same on every machine

    @property
    def spills_to(self) -> Path:
        """The folder that must have room for what does not fit into memory."""
        return self._spill.path.parent

    def free(self, ending: str) -> Path:
        """A name for a new file, to be read by the engine; it goes when the engine goes."""
        self._files += 1
        return self._spill.path / f"copy-{self._files}.{ending}"

    def close(self) -> None:
        self._db.close()
        self._spill.remove()

    def columns(self, query: exp.Query) -> dict[str, str]:
        return {row[0]: row[1] for row in self._execute(f"DESCRIBE {rendered(query, CANONICAL)}")}

    def attach(self, path: Path, name: str) -> None:
        """Opens another DuckDB file, read-only, under a name."""
        statement = exp.Attach(this=exp.alias_(exp.Literal.string(str(path)), name), expressions=[])
        self._execute(f"{statement.sql(dialect=CANONICAL)} (READ_ONLY)")

    @contextmanager
    def given(self, name: str, columns: Mapping[str, Any]) -> Iterator[None]:
        """Numpy arrays of one length are the columns of a table of this name meanwhile."""
        self._db.register(name, dict(columns))
        try:
            yield
        finally:
            self._db.unregister(name)

    def copy(self, sql: str, path: Path) -> int:
        """Writes a query's rows to a Parquet file, in no order, and counts them. Raises NoRoom, and what queries do."""
        target = exp.Literal.string(str(path)).sql(CANONICAL)
        self._db.execute("SET preserve_insertion_order = false")  # which would hold rows back until their turn comes
        try:
            [(rows,)] = self._execute(f"COPY ({sql}) TO {target} ({PARQUET})")
        except DiskFull as full:
            if path.name in str(full.__cause__):
                raise NoRoom(path.parent) from full
            raise
        finally:
            self._db.execute("SET preserve_insertion_order = true")
        return int(rows)

    def _execute(self, sql: str) -> list[Row]:
        with self._speaking():
            return [tuple(map(whole, row)) for row in self._db.execute(sql).fetchall()]

    def _arrays(self, sql: str, names: Sequence[str]) -> Arrays:
        with self._speaking():
            found: dict[str, Any] = self._db.execute(sql).fetchnumpy()
        return {name: found[name] for name in names}

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """What DuckDB says, in our words."""
        try:
            yield
        except duckdb.OutOfRangeException as error:
            kind = RowTooLarge if "INT64" in str(error) else SumTooLarge
            raise kind(_first_line(error)) from error
        except duckdb.ConversionException as error:
            raise (SumTooLarge(_first_line(error)) if _is_narrowed(error) else self._said(error)) from error
        except duckdb.Error as error:
            raise self._said(error) from error
        except RuntimeError as error:  # how DuckDB passes on an interrupt
            raise KeyboardInterrupt from error

    def _said(self, error: duckdb.Error) -> Exception:
        text = str(error)
        if any(sign in text for sign in NO_ROOM):
            return DiskFull(self.spills_to)
        if isinstance(error, duckdb.OutOfMemoryException):
            [(limit,)] = self._db.execute("SELECT current_setting('memory_limit')").fetchall()
            return Exhausted(f"the {limit} of memory that it may use are not enough")
        return Refusal(_first_line(error))


def _is_narrowed(error: duckdb.Error) -> bool:
    """Whether a sum, which DuckDB makes in 128 bits, does not fit into 64."""
    return "Type INT128" in str(error) and "INT64" in str(error)


def _first_line(error: Exception) -> str:
    """What went wrong, without the excerpt of our SQL that DuckDB adds."""
    lines = [line.strip() for line in str(error).partition("\nLINE ")[0].splitlines() if line.strip()]
    return " ".join(lines[:4])[:400]
