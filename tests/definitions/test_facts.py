"""Facts: where rows are, what dates them, and that only the columns in use are carried."""

import pytest

from liftledger.domain.expression import TEXT, TIME, Type
from liftledger.domain.fact import Dialect, Field, Files, Table
from tests.definitions.project import changed, mistakes, project, with_metric


def test_files_are_read_by_their_ending(tmp_path):
    fact = project(tmp_path).fact("orders")
    assert fact.source == Files("data/orders-*.csv.gz", "csv")
    assert (fact.unit, fact.keyed_by, fact.wide, fact.reject, fact.id) == ("user_id", "unit", False, False, None)
    assert fact.time == Field("ordered_at", "ordered_at", TIME, format="iso")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a.csv", "csv"), ("a.CSV", "csv"), ("a.tsv", "csv"), ("a.json", "json"), ("x/*.jsonl.gz", "json"),
        ("a.ndjson", "json"), ("../../a.parquet", "parquet"),
    ],
)  # fmt: skip
def test_endings(tmp_path, path, form):
    source = project(tmp_path, changed(("users.parquet", f"'{path}'"))).fact("users").source
    assert (source.pattern, source.format) == (path, form)
    assert source.dialect.delimiter == ("\t" if path.endswith("tsv") else None)


@pytest.mark.parametrize(
    ("path", "form"), [("a.duckdb", "duckdb"), ("a.db", "duckdb"), ("a.sqlite3", "sqlite"), ("a.sqlite", "sqlite")]
)
def test_tables(tmp_path, path, form):
    text = changed(("files: users.parquet", f"table: main.users\n    database: {path}"))
    assert project(tmp_path, text).fact("users").source == Table("main.users", path, form)


def test_a_format_may_be_said(tmp_path):
    text = changed(("files: users.parquet", "table: users\n    database: a.db\n    format: sqlite"))
    assert project(tmp_path, text).fact("users").source.format == "sqlite"
    text = changed(
        ("files: users.parquet", "files: export\n    format: csv\n    csv: {delimiter: ;, encoding: latin-1}")
    )
    assert project(tmp_path, text).fact("users").source == Files("export", "csv", Dialect(";", None, "latin-1"))


def test_only_columns_in_use_are_carried(tmp_path):
    found = project(tmp_path, with_metric("gifts: {kind: conversion, fact: orders, where: \"gift AND shop = 'x'\"}"))
    assert [(field.name, field.type) for field in found.fact("orders").columns] == [
        ("amount", Type("money", 2, "USD")),
        ("gift", Type("boolean")),
        ("shop", TEXT),  # not declared
    ]
    assert [field.name for field in found.fact("users").columns] == ["joined", "country", "variant"]


def test_a_column_says_all_about_itself(tmp_path):
    price = "{type: money, column: 'Price (EUR)', currency: EUR, optional: true, decimal: ',', thousands: .}"
    text = changed(("amount: money", f"amount: {price}"))
    assert project(tmp_path, text).fact("orders").field("amount") == Field(
        "amount", "Price (EUR)", Type("money", 2, "EUR"), optional=True, decimal=",", thousands="."
    )


@pytest.mark.parametrize(("code", "digits"), [("JPY", 0), ("USD", 2), ("KWD", 3)])
def test_money_has_the_digits_of_its_currency(tmp_path, code, digits):
    found = project(tmp_path, changed(("currency: USD", f"currency: {code}")))
    assert found.fact("orders").field("amount").type == Type("money", digits, code)


def test_a_count_is_an_integer_that_cannot_be_negative(tmp_path):
    text = with_metric("n: {kind: sum, fact: orders, value: quantity}").replace("quantity: integer", "quantity: count")
    field = project(tmp_path, text).fact("orders").field("quantity")
    assert (field.type, field.count) == (Type("integer"), True)


def test_a_time_may_be_described_where_it_stands_or_under_columns(tmp_path):
    expected = Field("ordered_at", "ordered_at", TIME, format="%d-%m-%Y", timezone="Europe/Berlin")
    here = "{column: ordered_at, format: '%d-%m-%Y', timezone: Europe/Berlin}"
    there = "ordered_at: {type: time, format: '%d-%m-%Y', timezone: Europe/Berlin}"
    assert project(tmp_path, changed(("time: ordered_at", f"time: {here}"))).fact("orders").time == expected
    assert project(tmp_path, changed(("amount:", f"{there}\n      amount:"))).fact("orders").time == expected


def test_a_time_can_be_compared_in_expressions(tmp_path):
    late = "late: {kind: count, fact: orders, where: \"ordered_at >= '2026-01-01'\"}"
    assert project(tmp_path, with_metric(late)).fact("orders").field("ordered_at").type == TIME


def test_a_time_column_with_spaces_is_called_time(tmp_path):
    time = project(tmp_path, changed(("time: ordered_at", "time: Ordered At"))).fact("orders").time
    assert (time.name, time.column) == ("time", "Ordered At")


def test_rows_that_do_not_fit_are_rejected_only_where_it_is_said(tmp_path):
    assert project(tmp_path, changed(("    unit: id", "    unit: id\n    on_bad_row: reject"))).fact("users").reject


ARRIVAL = "time: ordered_at\n    arrival: "


def test_arrival_is_written_as_a_time_is_and_is_no_column_of_expressions(tmp_path):
    here = project(tmp_path, changed(("time: ordered_at", ARRIVAL + "{column: Loaded, timezone: Europe/Berlin}")))
    expected = Field("_arrival", "Loaded", TIME, format="iso", timezone="Europe/Berlin")
    assert here.fact("orders").arrival == expected
    assert "Loaded" not in [field.column for field in here.fact("orders").columns]
    assert project(tmp_path).fact("orders").arrival is None


def test_arrival_may_be_a_column_that_is_declared_already(tmp_path):
    text = changed(("time: ordered_at", ARRIVAL + "loaded"), ("gift: boolean", "loaded: {type: time, format: unix_ms}"))
    assert project(tmp_path, text).fact("orders").arrival == Field("loaded", "loaded", TIME, format="unix_ms")
    same = project(tmp_path, changed(("time: ordered_at", ARRIVAL + "ordered_at"))).fact("orders")
    assert same.arrival == same.time


def test_through_is_the_end_of_the_day(tmp_path):
    fact = project(tmp_path, changed(("    unit: user_id", "    unit: user_id\n    through: 2026-03-31"))).fact(
        "orders"
    )
    assert fact.through == 1_775_001_600_000_000  # date -u -d 2026-04-01 +%s


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("    files: users.parquet\n", ""),
            "liftledger.yaml:12: facts.users: it says nothing about where its rows are; add `files`, or `table` and "
            "`database`",
        ),
        (
            ("files: users.parquet", "files: s3://bucket/users.parquet"),
            "liftledger.yaml:13: facts.users.files is 's3://bucket/users.parquet'; duckdb reads local files here; "
            "write a path relative to this file",
        ),
        (
            ("files: users.parquet", "files: users.parquet\n    table: users"),
            "liftledger.yaml:14: facts.users.table: the fact has `files` too; keep one of them",
        ),
        (
            ("files: users.parquet", "table: users"),
            "liftledger.yaml:13: facts.users.table: 'database' is missing; add the DuckDB or SQLite file that holds "
            "the table",
        ),
        (
            ("files: users.parquet", "files: users.parquet\n    database: a.db"),
            "liftledger.yaml:14: facts.users.database: `files` have no database; remove it, or write `table` instead "
            "of `files`",
        ),
        (
            ("files: users.parquet", "files: users.parquet\n    csv: {delimiter: ;}"),
            "liftledger.yaml:14: facts.users.csv: users.parquet is not CSV; remove it, or add `format: csv`",
        ),
        (
            ("files: users.parquet", "files: users.parquet\n    format: sqlite"),
            "liftledger.yaml:14: facts.users.format is 'sqlite'; `files` takes csv, json or parquet",
        ),
        (
            ("    unit: user_id\n", ""),
            "liftledger.yaml:6: facts.orders.time: a dated fact needs `unit`, the column that names the unit; add "
            "`unit: user_id`",
        ),
        (
            ("    unit: id", "    unit: id\n    through: 2026-01-01"),
            "liftledger.yaml:15: facts.users.through: a fact without `time` has no last day; remove it, or add `time`",
        ),
        (
            ("    unit: id", "    unit: id\n    arrival: joined"),
            "liftledger.yaml:15: facts.users.arrival: a fact without `time` is always read whole; remove it, or add "
            "`time`",
        ),
        (
            ("time: ordered_at", ARRIVAL + "amount"),
            "liftledger.yaml:8: facts.orders.arrival: column 'amount' is money under columns; write `amount: time` "
            "there",
        ),
        (
            ("time: ordered_at", "time: amount"),
            "liftledger.yaml:7: facts.orders.time: column 'amount' is money under columns; write `amount: time` there",
        ),
        (
            ("time: ordered_at", "time: {column: ordered_at, zone: UTC}"),
            "liftledger.yaml:7: facts.orders.time: unknown key 'zone'; did you mean 'timezone'?",
        ),
        (
            ("amount: money", "amount: decimal"),
            "liftledger.yaml:9: facts.orders.columns.amount: 'scale' is missing; it takes a number of digits from 1 "
            "to 12",
        ),
        (
            ("amount: money", "amount: {type: money, scale: 2}"),
            "liftledger.yaml:9: facts.orders.columns.amount: 'scale' does not belong to type 'money'; it belongs to "
            "'decimal'",
        ),
        (
            ("amount: money", "amount: {type: money, decimal: ',', thousands: ','}"),
            "liftledger.yaml:9: facts.orders.columns.amount.thousands is ',', the decimal mark too; they must differ",
        ),
        (
            ("gift: boolean", "rows: integer"),
            "liftledger.yaml:11: facts.orders.columns.rows: 'rows' counts the rows of a fact; choose another name, "
            "with `column: rows`",
        ),
        (
            ("gift: boolean", "Gift: boolean"),
            "liftledger.yaml:11: facts.orders.columns: 'Gift' cannot name a column; use a-z, 0-9 and _, a letter "
            "first; 'gift' would do",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_fact(tmp_path, change, said):
    assert mistakes(tmp_path, changed(change)) == [said]


# facts of other engines

SPARK, POSTGRES = "spark://host:7077", "postgresql://reader@host/shop"


def on(engine: str, orders: str, users: str) -> str:
    """The sound project on an engine, with other lines for where its rows are."""
    return changed(
        ("company: acme", f"company: acme\nengine: {engine}"),
        ("files: data/orders-*.csv.gz", orders),
        ("files: users.parquet", users),
    )


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("files: data/users.parquet", Files("data/users.parquet", "parquet")),
        ("files: s3a://lake/users/*.parquet", Files("s3a://lake/users/*.parquet", "parquet")),
        ("files: hdfs://lake/users\n    format: parquet", Files("hdfs://lake/users", "parquet")),
        ("table: shop.users", Table("shop.users", "", "spark")),
    ],
)
def test_spark_reads_parquet_wherever_it_is_and_its_own_tables(tmp_path, written, source):
    assert project(tmp_path, on(SPARK, "table: orders", written)).fact("users").source == source


def test_postgresql_reads_its_own_tables(tmp_path):
    found = project(tmp_path, on(POSTGRES, "table: Shop.Order Lines", "table: users"))
    assert found.fact("orders").source == Table("Shop.Order Lines", "", "postgres")


@pytest.mark.parametrize(
    ("engine", "written", "sentence"),
    [
        (SPARK, "files: users.csv", "files is 'users.csv'; its name should end in .parquet; or add `format: parquet`"),
        (SPARK, "files: a.parquet\n    format: csv", "format is 'csv'; `files` takes parquet"),
        (SPARK, "files: a.parquet\n    csv: {delimiter: ;}", "csv: Spark reads Parquet here; remove it"),
        (
            SPARK,
            "files: a.parquet\n    database: a.db",
            "database: `files` have no database; remove it, or write `table` instead of `files`",
        ),
        (SPARK, "table: users\n    database: a.db", "database: the table is Spark's own; remove it"),
        (SPARK, "on_bad_row: error", ": it says nothing about where its rows are; add `files`, which are Parquet, or"),
        (POSTGRES, "table: users\n    database: a.db", "database: the table is PostgreSQL's own; remove it"),
        (POSTGRES, "table: users\n    format: duckdb", "format: the table is PostgreSQL's own; remove it"),
        (POSTGRES, "table: users\n    csv: {delimiter: ;}", "csv: the table is PostgreSQL's own; remove it"),
        (
            POSTGRES,
            "files: users.parquet",
            "files: PostgreSQL reads its own tables only; write `table: schema.name`, a table or view of the database",
        ),
        (POSTGRES, "on_bad_row: error", ": it says nothing about where its rows are; write `table: schema.name`, a ta"),
        (
            "duckdb",
            "files: s3a://lake/a.parquet",
            "files is 's3a://lake/a.parquet'; duckdb reads local files here; wri",
        ),
        ("duckdb", "table: users", "table: 'database' is missing; add the DuckDB or SQLite file that holds the table"),
    ],
)
def test_each_engine_says_where_its_rows_can_be(tmp_path, engine, written, sentence):
    (found,) = mistakes(tmp_path, on(engine, "files: o.csv" if engine == "duckdb" else "table: orders", written))
    assert found.partition(" facts.users")[2].removeprefix(".").startswith(sentence)
