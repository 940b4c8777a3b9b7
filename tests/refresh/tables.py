"""The same company with its facts in tables: of a DuckDB or SQLite file, or of PostgreSQL, where rows are changed."""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
from psycopg import sql

from tests.refresh.company import Company
from tests.refresh.records import TYPES, Row, writer

ARRIVAL = "came"
BEGINNING = datetime(2026, 6, 1, tzinfo=UTC)  # when the first rows came

Values = tuple[Any, ...]


def type_of(kind: pa.DataType) -> str:
    """In words that DuckDB and PostgreSQL share."""
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    return {pa.int64(): "bigint", pa.bool_(): "boolean", pa.string(): "text"}.get(kind, "numeric(12, 2)")


def _values(fact: str, rows: Iterable[Row]) -> Counter[Values]:
    """Rows as values of those types, and how often each is there."""
    return Counter(tuple(_held(kind, row[name]) for name, kind in TYPES[fact].items()) for row in rows)


def _held(kind: pa.DataType, value: Any) -> Any:
    return Decimal(value).scaleb(-2) if pa.types.is_decimal(kind) and value is not None else value


class InFile(Company):
    """All facts are tables of one file, each written anew where its rows changed."""

    def __init__(self, seed: int, folder: Path, *, ending: str) -> None:
        self._file = f"data/all.{ending}"
        self._held: dict[str, Counter[Values]] = {}
        super().__init__(seed, folder)

    def _supply(self) -> None:
        path = self.folder / self._file
        path.parent.mkdir(exist_ok=True)
        for fact, columns in TYPES.items():
            held = _values(fact, self.records.rows(fact))
            if held != self._held.get(fact):
                write = _into_sqlite if path.suffix == ".sqlite" else _into_duckdb
                write(path, fact, list(columns), list(held.elements()))
                self._held[fact] = held

    def _places(self) -> dict[str, dict[str, Any]]:
        return {fact: {"table": fact, "database": self._file} for fact in TYPES}


def _into_duckdb(path: Path, fact: str, columns: list[str], rows: list[Values]) -> None:
    with duckdb.connect(path) as db:
        declared = ", ".join(f'"{name}" {type_of(TYPES[fact][name])}' for name in columns)
        db.execute(f"CREATE OR REPLACE TABLE {fact} ({declared})")
        if rows:
            db.executemany(f"INSERT INTO {fact} VALUES ({', '.join('?' * len(columns))})", rows)


def _into_sqlite(path: Path, fact: str, columns: list[str], rows: list[Values]) -> None:
    write = writer(random.Random(len(rows)))
    texts = [
        [None if value is None else write(name, value) for name, value in zip(columns, row, strict=True)]
        for row in rows
    ]
    db = sqlite3.connect(path)
    with db:
        db.execute(f"DROP TABLE IF EXISTS {fact}")
        db.execute(f"CREATE TABLE {fact} ({', '.join(columns)})")
        db.executemany(f"INSERT INTO {fact} VALUES ({', '.join('?' * len(columns))})", texts)
    db.close()


class OnPostgres(Company):
    """Rows are inserted, updated and deleted; with `arrival`, each says when it came or was corrected."""

    def __init__(self, seed: int, folder: Path, *, address: str, arrival: bool) -> None:
        self._arrival, self._came = arrival, 0
        self._schema = f"s{seed}_{arrival}".lower()
        self._held: dict[str, Counter[Values]] = {}
        with psycopg.connect(address, autocommit=True) as db:
            db.execute(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE")
            db.execute("DROP SCHEMA IF EXISTS liftledger CASCADE")
            db.execute(f"CREATE SCHEMA {self._schema}")
            for fact, columns in TYPES.items():
                declared = ", ".join(f'"{name}" {type_of(kind)}' for name, kind in columns.items())
                db.execute(f"CREATE TABLE {self._schema}.{fact} ({declared}, {ARRIVAL} timestamptz)")
        super().__init__(seed, folder, address=address)

    def _supply(self) -> None:
        with psycopg.connect(self.address) as db:
            for fact in TYPES:
                held = _values(fact, self.records.rows(fact))
                before = self._held.get(fact, Counter())
                gone, new = list((before - held).elements()), list((held - before).elements())
                for old, row in zip(gone, new, strict=False):
                    self._change(db, fact, old, row)
                for old in gone[len(new) :]:
                    self._change(db, fact, old, None)
                for row in new[len(gone) :]:
                    places = sql.SQL(", ").join([sql.Placeholder()] * (len(row) + 1))
                    db.execute(
                        sql.SQL("INSERT INTO {} VALUES ({})").format(self._table(fact), places), [*row, self._now()]
                    )
                self._held[fact] = held

    def _change(self, db: psycopg.Connection, fact: str, old: Values, row: Values | None) -> None:
        """Corrects one row of these values, or deletes it."""
        columns = [sql.Identifier(name) for name in TYPES[fact]]
        same = sql.SQL(" AND ").join(sql.SQL("{} IS NOT DISTINCT FROM %s").format(column) for column in columns)
        table = self._table(fact)
        one = sql.SQL("ctid = (SELECT ctid FROM {} WHERE {} LIMIT 1)").format(table, same)
        if row is None:
            done = db.execute(sql.SQL("DELETE FROM {} WHERE {}").format(table, one), old)
        else:
            named = [*columns, sql.Identifier(ARRIVAL)]
            values = sql.SQL(", ").join(sql.SQL("{} = %s").format(column) for column in named)
            statement = sql.SQL("UPDATE {} SET {} WHERE {}").format(table, values, one)
            done = db.execute(statement, [*row, self._now(), *old])
        assert done.rowcount == 1

    def _now(self) -> datetime:
        self._came += 1
        return BEGINNING + timedelta(seconds=self._came)

    def _table(self, fact: str) -> sql.Identifier:
        return sql.Identifier(self._schema, fact)

    def _places(self) -> dict[str, dict[str, Any]]:
        arrival = {"arrival": ARRIVAL} if self._arrival else {}
        return {fact: {"table": f"{self._schema}.{fact}"} | ({} if fact == "users" else arrival) for fact in TYPES}
