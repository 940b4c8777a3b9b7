"""Records as Parquet: one file a fact and block, so that memory holds one block at a time."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]


class Column(msgspec.Struct, frozen=True):
    """Whole numbers, one a row, and the SQL that makes a column's values of them; {} stands for a number."""

    numbers: Numbers
    sql: str = "{}"


def key(letter: str, numbers: Numbers) -> Column:
    """Names of things: u17; below 0: none."""
    return Column(numbers, f"CASE WHEN {{}} >= 0 THEN '{letter}' || {{}} END")


def label(numbers: Numbers, labels: Sequence[str]) -> Column:
    """Words by their place in `labels`; below 0: none."""
    words = ", ".join("'" + word.replace("'", "''") + "'" for word in labels)
    return Column(numbers, f"([{words}])[CASE WHEN {{}} >= 0 THEN {{}} + 1 END]")


def flag(numbers: Numbers) -> Column:
    """1 is true, 0 is false; below 0: not known."""
    return Column(numbers, "CASE WHEN {} >= 0 THEN {} = 1 END")


def time(numbers: Numbers) -> Column:
    """Instants, from seconds since 1970 UTC; below 0: none."""
    return Column(numbers, "CASE WHEN {} >= 0 THEN make_timestamp({} * 1000000) END")


def decimal(numbers: Numbers, digits: int = 2) -> Column:
    """Exact decimals, from the number of their smallest unit: cents, of money."""
    one = f"0.{1:0{digits}}"
    return Column(numbers, f"CAST(CAST({{}} AS DECIMAL(12, 0)) * {one} AS DECIMAL(18, {digits}))")


class Tables:
    """Writes FOLDER/FACT/00001.parquet and so on: the same bytes for the same numbers."""

    def __init__(self, folder: Path) -> None:
        self.files: list[Path] = []
        self._folder = folder
        # one thread, as several would end their row groups in the order in which they happen to be done
        self._db = duckdb.connect(":memory:", config={"threads": 1, "autoinstall_known_extensions": False})

    def write(self, fact: str, block: int, columns: Mapping[str, Column]) -> int:
        """One file, and how many rows it has; a fact without rows gets one too, so that its columns are known."""
        path = self._folder / fact / f"{block + 1:05}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db.register("numbers", {name: np.ascontiguousarray(one.numbers) for name, one in columns.items()})
        values = ", ".join(f"{one.sql.replace('{}', _name(name))} AS {_name(name)}" for name, one in columns.items())
        try:
            rows = self._db.query(f"SELECT {values} FROM numbers")  # noqa: S608 # all of it is ours
            rows.write_parquet(str(path), compression="zstd")
        except duckdb.IOException as error:
            number = re.search(r'"errno":"([0-9]+)"', str(error))
            raise OSError(int(number[1]), os.strerror(int(number[1])), str(path)) if number else error from error
        except RuntimeError as error:  # how DuckDB passes on an interrupt
            raise KeyboardInterrupt from error
        self._db.unregister("numbers")
        self.files.append(path)
        return len(next(iter(columns.values())).numbers)

    def __enter__(self) -> "Tables":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()


def _name(name: str) -> str:
    return f'"{name}"'
