"""Records are written as the numbers say, and the same numbers give the same bytes."""

from datetime import datetime
from decimal import Decimal

import duckdb
import numpy as np
import pytest

from liftledger.simulate.company.parquet import Column, Tables, decimal, flag, key, label, time


def written(folder, columns, block=0):
    with Tables(folder) as tables:
        tables.write("things", block, columns)
    return tables.files[0]


def test_each_kind_of_column_says_what_its_numbers_say(tmp_path):
    file = written(
        tmp_path,
        {
            "key": key("u", np.array([0, 17, -1])),
            "word": label(np.array([1, 0, -1]), ["it's", "b"]),
            "known": flag(np.array([1, 0, -1])),
            "at": time(np.array([0, 86_401, 1_767_225_600])),
            "money": decimal(np.array([-1, 123_456_789_012, 5])),
            "share": decimal(np.array([1, 10_000, 0]), 4),
            "count": Column(np.array([1, 2, 3])),
        },
    )
    assert duckdb.sql(f"SELECT * FROM '{file}'").fetchall() == [
        ("u0", "b", True, datetime(1970, 1, 1), Decimal("-0.01"), Decimal("0.0001"), 1),
        ("u17", "it's", False, datetime(1970, 1, 2, 0, 0, 1), Decimal("1234567890.12"), Decimal(1), 2),
        (None, None, None, datetime(2026, 1, 1), Decimal("0.05"), Decimal(0), 3),  # 1767225600 s: date -u -d 2026-01-01
    ]


def test_a_fact_without_rows_still_names_its_columns(tmp_path):
    file = written(tmp_path, {"user_id": key("u", np.zeros(0, np.int64)), "at": time(np.zeros(0, np.int64))})
    found = duckdb.sql(f"SELECT * FROM '{file}'")
    assert (found.columns, [str(one) for one in found.types], found.fetchall()) == (
        ["user_id", "at"],
        ["VARCHAR", "TIMESTAMP"],
        [],
    )


def test_blocks_are_files_of_their_own_in_the_order_of_their_names(tmp_path):
    with Tables(tmp_path / "it's here") as tables:
        for block in range(11):
            tables.write("things", block, {"number": Column(np.array([block]))})
    assert [file.name for file in tables.files] == [f"{number:05}.parquet" for number in range(1, 12)]
    assert sorted(tables.files) == tables.files


def test_same_numbers_same_bytes(tmp_path):
    numbers = np.random.default_rng(1).integers(0, 10**6, 300_000)  # more rows than a row group holds
    one, other = (
        written(tmp_path / name, {"user_id": key("u", numbers), "amount": decimal(numbers)})
        for name in ("one", "other")
    )
    assert one.read_bytes() == other.read_bytes()


def test_a_full_disk_is_said_as_the_system_says_it(tmp_path):
    (tmp_path / "things").mkdir()
    (tmp_path / "things/00001.parquet").symlink_to("/dev/full")  # of Linux: whatever is written there, no space is left
    with pytest.raises(OSError, match="No space left on device") as failed:
        written(tmp_path, {"number": Column(np.arange(10))})
    assert failed.value.filename == str(tmp_path / "things/00001.parquet")


def test_an_interrupt_of_the_engine_is_one_of_the_command(tmp_path, monkeypatch):
    """DuckDB answers Ctrl-C within a query with a RuntimeError (seen with 1.5)."""

    class Interrupted:
        def register(self, name, values):
            pass

        def query(self, sql):
            raise RuntimeError("Query interrupted")

        def close(self):
            pass

    monkeypatch.setattr(duckdb, "connect", lambda *_, **__: Interrupted())
    with pytest.raises(KeyboardInterrupt):
        written(tmp_path, {"count": Column(np.array([1]))})
