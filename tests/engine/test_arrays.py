"""Columns of whole numbers: many rows at once, as numpy reads them, and logged as every query is."""

import numpy as np
from sqlglot import parse_one

from tests.engine.asked import given_rows

MOST = 2**63 - 1


def arrays(engine, rows, sql):
    view = given_rows(engine, ["BIGINT", "BIGINT"], rows)
    return engine.arrays("numbers", parse_one(sql.format(view=view), read="duckdb"))


def test_columns_are_whole_numbers_of_64_bits(asked):
    rows = [(str(MOST), "1"), (str(-MOST - 1), "2"), ("0", "3")]
    found = arrays(asked, rows, "SELECT b, a, CAST(b + b AS BIGINT) AS twice FROM {view} ORDER BY b")
    assert list(found) == ["b", "a", "twice"]
    assert {np.asarray(values).dtype for values in found.values()} == {np.dtype("int64")}
    assert {name: np.asarray(values).tolist() for name, values in found.items()} == {
        "b": [1, 2, 3],
        "a": [MOST, -MOST - 1, 0],
        "twice": [2, 4, 6],
    }
    assert (asked.queries[-1].name, asked.queries[-1].rows_out) == ("numbers", 3)


def test_of_no_rows_there_are_columns_of_no_length(asked):
    found = arrays(asked, [("1", "2")], "SELECT a, b FROM {view} WHERE a > 1")
    assert {name: len(values) for name, values in found.items()} == {"a": 0, "b": 0}
