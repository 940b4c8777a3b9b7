"""Rows of any type, put to an engine as text, and what it answers."""

from itertools import count

from sqlglot import exp, parse_one

WORDS = {  # types as each engine calls them, where it does not call them as DuckDB does
    "spark": {
        "VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP", "INTEGER": "INT",
    },
    "postgres": {"VARCHAR": "TEXT", "DOUBLE": "DOUBLE PRECISION", "FLOAT": "REAL", "TINYINT": "SMALLINT"},
}  # fmt: skip
numbers = count(1)


def given_rows(engine, types, rows):
    """A view of rows written as text, with `_row` their number, and columns a, b, ..."""
    word = WORDS.get(engine.dialect, {})
    names = "abcdef"[: len(types)]
    lines = [[exp.Literal.number(place), *map(_literal, row)] for place, row in enumerate(rows)]
    tuples = ", ".join(f"({', '.join(one.sql(engine.dialect) for one in line)})" for line in lines)
    casts = ", ".join(
        f"CAST({name} AS {word.get(kind, kind)}) AS {name}" for name, kind in zip(names, types, strict=True)
    )
    view = f"given_{next(numbers)}"
    columns = ", ".join(("_row", *names))
    engine._execute(
        f"CREATE OR REPLACE TEMPORARY VIEW {view} AS SELECT _row, {casts} FROM (VALUES {tuples}) AS t({columns})"
    )
    return view


def _literal(text):
    return exp.null() if text is None else exp.Literal.string(text)


def answers(engine, types, rows, value):
    """What an expression over the columns of `given_rows` is in each row."""
    tree = parse_one(value, read="duckdb") if isinstance(value, str) else value
    query = exp.select("_row", exp.alias_(tree, "answer")).from_(given_rows(engine, types, rows))
    return [answer for _, answer in sorted(engine.rows("answers", query))]
