"""Spark reads what a Spark engineer has, adds it up exactly, and says in a sentence why it cannot."""

import socket
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp, parse_one

from liftledger.domain.expression import TEXT, Type
from liftledger.domain.fact import Fact, Field, Files, Table
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.adapters.spark_session import SETTINGS, Session, _Java
from liftledger.engine.columns import Columns
from liftledger.engine.engine import Refusal, RowTooLarge, SumTooLarge, Unreachable
from liftledger.engine.misfits import misfits, too_many
from liftledger.engine.sources.raw import Raw
from liftledger.engine.sources.source import open_source

WHOLE = Type("integer")


@pytest.fixture(scope="module")
def spark():
    with Spark("local[2]", memory="1GB") as engine:
        yield engine


@pytest.fixture
def catalog(spark, tmp_path):
    """Makes databases of Spark's catalog, which go with the test."""
    made = []

    def make(name):
        spark.session.sql(f"CREATE DATABASE `{name}` LOCATION '{tmp_path / 'catalog'}'")
        made.append(name)

    yield make
    for name in made:
        spark.session.sql(f"DROP DATABASE `{name}` CASCADE")


def parquet(path: Path, query: str, options: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet{options})")
    return path


def fact(source, *columns, name="orders", unit=None):
    fields = tuple(Field(column, column, TEXT) if isinstance(column, str) else column for column in columns)
    return Fact(name, source, keyed_by="user", unit=unit, columns=fields)


def files(pattern):
    return Files(str(pattern), "parquet")


def rows(spark, raw):
    assert isinstance(raw, Raw), raw
    return sorted(spark.rows("rows", raw.query))


def said(mistakes):
    return " | ".join(str(mistake) for mistake in mistakes)


def query(sql) -> exp.Query:
    return parse_one(sql, read="duckdb")


def test_what_makes_sums_exact_is_set_whatever_a_cluster_prefers(spark):
    assert {name: spark.session.conf.get(name) for name in SETTINGS} == SETTINGS


def test_bytes_are_text_as_duckdb_reads_them(spark, tmp_path):
    parquet(tmp_path / "a.parquet", "SELECT encode('é') AS word")
    assert rows(spark, open_source(spark, fact(files("a.parquet"), "word"), tmp_path)) == [("é",)]


def test_files_may_hold_their_columns_in_another_order(spark, tmp_path):
    parquet(tmp_path / "a.parquet", "SELECT 1 AS n, 'one' AS word")
    parquet(tmp_path / "b.parquet", "SELECT 'two' AS word, 2 AS n")
    raw = open_source(spark, fact(files("*.parquet"), "n", "word"), tmp_path)
    assert rows(spark, raw) == [(1, "one"), (2, "two")]


def test_what_folders_are_named_after_is_text(spark, tmp_path):
    parquet(tmp_path / "city=Köln" / "day=007" / "a b.parquet", "SELECT 1 AS n")
    parquet(tmp_path / "city=Bonn" / "day=008" / "a b.parquet", "SELECT 2 AS n")
    raw = open_source(spark, fact(files("city=*/day=*/*.parquet"), "n", "city", "day"), tmp_path)
    assert {row[0]: set(row[1:]) for row in rows(spark, raw)} == {1: {"Köln", "007"}, 2: {"Bonn", "008"}}


def test_a_folder_may_be_called_anything(spark, tmp_path):
    folder = tmp_path / "odd [x] {y,z} 100%20 ü"
    parquet(folder / "a.parquet", "SELECT 1 AS n")
    assert rows(spark, open_source(spark, fact(files("a.parquet"), "n"), folder)) == [(1,)]


def test_a_column_that_only_some_files_have_is_missing_in_the_others(spark, tmp_path):
    parquet(tmp_path / "a.parquet", "SELECT 1 AS n, 'x' AS word")
    parquet(tmp_path / "b.parquet", "SELECT 2 AS n")
    found = open_source(spark, fact(files("*.parquet"), "n", "word"), tmp_path)
    assert said(found).startswith("b.parquet: no column 'word', which facts.orders uses")


def test_a_column_of_two_types_is_said(spark, tmp_path):
    parquet(tmp_path / "a.parquet", "SELECT 1 AS n")
    parquet(tmp_path / "b.parquet", "SELECT 'two' AS n")
    found = said(open_source(spark, fact(files("*.parquet"), "n"), tmp_path))
    assert found.startswith("b.parquet: column 'n' is VARCHAR here and INTEGER in a.parquet")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "the file is empty"), (b"user,value\n1,2\n", "it is not a Parquet file"), (b"PAR1....", "it stops before")],
)
def test_a_file_that_is_no_parquet_is_said(spark, tmp_path, content, reason):
    (tmp_path / "a.parquet").write_bytes(content)
    assert reason in said(open_source(spark, fact(files("a.parquet"), "n"), tmp_path))


def test_values_of_several_values_cannot_be_read(spark, tmp_path):
    parquet(tmp_path / "a.parquet", "SELECT [1, 2] AS many")
    found = open_source(spark, fact(files("a.parquet"), "many"), tmp_path)
    assert "column 'many' is array<int>, from which no value can be read" in said(found)


def test_a_value_that_does_not_fit_is_named_by_its_row_wherever_the_file_is_cut(spark, tmp_path):
    values = "CASE WHEN i = 49999 THEN 'many' ELSE CAST(i AS VARCHAR) END"
    parquet(tmp_path / "a.parquet", "SELECT '1' AS n")
    parquet(tmp_path / "b.parquet", f"SELECT {values} AS n FROM range(60000) AS t(i)", ", ROW_GROUP_SIZE 2048")
    spark.session.conf.set("spark.sql.files.maxPartitionBytes", "20000")
    try:
        raw = open_source(spark, fact(files("*.parquet"), Field("n", "n", WHOLE)), tmp_path)
        found = list(misfits(spark, Columns(raw, number=False), 10))
    finally:
        spark.session.conf.unset("spark.sql.files.maxPartitionBytes")
    assert said(too_many(found, 1)).startswith("b.parquet, row 50000: column 'n' holds 'many'")


def test_a_row_of_a_table_that_does_not_fit_is_named_by_its_unit(spark, catalog):
    catalog("shop")
    spark.session.sql("CREATE TABLE shop.orders USING parquet AS SELECT 'u' || id AS who, 'n' || id AS n FROM range(2)")
    raw = open_source(spark, fact(Table("shop.orders", "", "spark"), Field("n", "n", WHOLE), unit="who"), Path())
    found = said(too_many(list(misfits(spark, Columns(raw, number=False), 10)), 2))
    assert found.startswith("shop.orders, unit 'u0': column 'n' holds 'n0'")


def test_names_may_hold_upper_case_and_those_of_columns_spaces_and_points(spark, catalog):
    catalog("My_Shop")
    spark.session.sql("CREATE TABLE My_Shop.Orders_2026 USING parquet AS SELECT 1 AS `The Number`, 2 AS `a.b`")
    raw = open_source(spark, fact(Table("My_Shop.Orders_2026", "", "spark"), "The Number", "a.b"), Path())
    assert rows(spark, raw) == [(1, 2)]
    assert raw.sources[0].bytes > 0 and len(raw.sources[0].sha256) == 64


def test_nanoseconds_are_times_cut_to_microseconds(spark, tmp_path):
    parquet(
        tmp_path / "a.parquet", "SELECT TIMESTAMP_NS '1969-12-31 23:59:59.123456789' AS at, 7 AS `n`".replace("`", '"')
    )
    raw = open_source(spark, fact(files("a.parquet"), "at"), tmp_path)
    assert raw.columns["at"].startswith("TIMESTAMP")
    assert spark.rows("at", query("SELECT CAST(at AS VARCHAR) FROM source_orders")) == [("1969-12-31 23:59:59.123456",)]


def test_a_view_of_ours_does_not_hide_a_table_of_that_name(spark, catalog):
    home = spark.session.catalog.currentDatabase()
    catalog("theirs")
    spark.session.catalog.setCurrentDatabase("theirs")
    try:
        spark.session.sql("CREATE TABLE fact_orders USING parquet AS SELECT 'theirs' AS whose")
        spark.view("fact_orders", query("SELECT 'ours' AS whose"))
        raw = open_source(spark, fact(Table("fact_orders", "", "spark"), "whose"), Path())
        assert rows(spark, raw) == [("theirs",)]
    finally:
        spark.session.catalog.setCurrentDatabase(home)


def test_a_table_that_is_not_there_is_said(spark):
    found = open_source(spark, fact(Table("shop.nothing", "", "spark"), "n"), Path())
    assert said(found).startswith("shop.nothing: Spark's catalog has no such table or view")


def test_bytes_of_a_table_are_text_too(spark, catalog):
    catalog("shop")
    spark.session.sql("CREATE TABLE shop.words USING parquet AS SELECT CAST('é' AS BINARY) AS word, 1 AS n")
    spark.session.conf.set("spark.sql.parquet.binaryAsString", "false")
    try:
        raw = open_source(spark, fact(Table("shop.words", "", "spark"), "word"), Path())
        assert rows(spark, raw) == [("é", 1)]
    finally:
        spark.session.conf.set("spark.sql.parquet.binaryAsString", "true")


def test_a_location_has_a_version_that_changes_with_its_files(spark, tmp_path):
    parquet(tmp_path / "all" / "day=1" / "a.parquet", "SELECT 1 AS n")
    location = fact(files(f"{(tmp_path / 'all').as_uri()}"), "n", "day")
    before = open_source(spark, location, Path())
    assert rows(spark, before) == [(1, "1")]
    parquet(tmp_path / "all" / "day=2" / "a.parquet", "SELECT 2 AS n")
    after = open_source(spark, location, Path())
    assert rows(spark, after) == [(1, "1"), (2, "2")]
    assert before.sources[0].sha256 != after.sources[0].sha256
    assert after.sources[0].bytes == sum(path.stat().st_size for path in tmp_path.rglob("*.parquet"))


def test_a_location_where_nothing_is_is_said(spark, tmp_path):
    found = said(open_source(spark, fact(files((tmp_path / "none").as_uri()), "n"), Path()))
    assert "no such" in found.lower() or "not exist" in found.lower()


@pytest.mark.parametrize("value", ["4611686018427387904", "-4611686018427387905", "9223372036854775807"])
def test_sums_beyond_64_bits_are_exact(spark, value):
    [(found,)] = spark.rows(
        "sum",
        query(f"SELECT sum(n) FROM (SELECT CAST({value} AS BIGINT) AS n FROM (VALUES (1), (2), (3)) AS v(i)) AS t"),
    )
    assert found == 3 * int(value)


def test_products_beyond_64_bits_are_exact_too(spark):
    big = "CAST(n AS DECIMAL(38, 0))"
    [(found,)] = spark.rows(
        "sum", query(f"SELECT sum({big} * {big} * {big}) FROM (SELECT CAST(2097152000 AS BIGINT) AS n) AS t")
    )
    assert found == 2097152000**3


def test_a_row_that_is_too_large_is_told_from_a_sum(spark):
    largest = "SELECT CAST(9223372036854775807 AS BIGINT) AS n"
    with pytest.raises(RowTooLarge):
        spark.rows("row", query(f"SELECT sum(n * 2) FROM ({largest}) AS t"))
    big = "CAST(n AS DECIMAL(38, 0))"
    with pytest.raises(SumTooLarge) as found:
        spark.rows("sum", query(f"SELECT sum({big} * {big} * {big}) FROM ({largest}) AS t"))
    assert not isinstance(found.value, RowTooLarge)


def test_nobody_at_the_address_is_said_at_once():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="Connection refused"):
        _Java(f"spark://127.0.0.1:{port}", None, None)


def test_a_machine_without_java_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(Refusal, match=r"^Spark needs Java 17 or later: install it"):
        _Java("local[1]", None, None)


def test_too_little_memory_is_said():
    with pytest.raises(Refusal, match="512MiB, and --memory is 100MB"):
        _Java("local[1]", None, "100MB")


def test_a_machine_without_pyspark_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark", None)
    with pytest.raises(Refusal, match=r"pip install 'liftledger\[spark\]'"):
        Session("local[1]", threads=None, memory=None)


def test_a_column_that_is_not_there_is_one_sentence(spark):
    with pytest.raises(Refusal) as found:
        spark.rows("column", query("SELECT nothing FROM (SELECT 1 AS n) AS t"))
    assert "nothing" in str(found.value) and "\n" not in str(found.value)
