"""A column of a type that can never hold what is declared is one sentence; what any value could fill is left alone."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import exp

from liftledger.domain.expression import TEXT, TIME, Type
from liftledger.domain.fact import Field, Table
from liftledger.domain.provenance import Source
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.render import named
from liftledger.engine.sources.foreign import foreign
from liftledger.engine.sources.raw import Part, Raw
from liftledger.engine.typed import typed
from tests.engine.records import BOOLEAN, INTEGER, USD, fact, field, mistakes, values

# Of each type values that are as readable as any that it has.
HELD = {
    "BOOLEAN": ["true", "false"],
    "TINYINT": ["1", "0"],
    "INTEGER": ["1", "20260131"],
    "BIGINT": ["1", "20260131", "1769817600"],
    "HUGEINT": ["1", "20260131"],
    "UBIGINT": ["1", "20260131"],
    "DECIMAL(18,0)": ["1", "20260131"],
    "DECIMAL(18,2)": ["1", "1.5", "1769817600"],
    "DOUBLE": ["1", "1.5", "1769817600", "20260131"],
    "FLOAT": ["1", "1.5"],
    "VARCHAR": ["1", "1.5", "2026-01-31", "20260131", "12:30", "true"],
    "ENUM('1', '2026-01-31', 'true')": ["'1'", "'2026-01-31'", "'true'"],
    "DATE": ["2026-01-31"],
    "TIMESTAMP": ["2026-01-31 12:30:00"],
    "TIMESTAMP_S": ["2026-01-31 12:30:00"],
    "TIMESTAMP_NS": ["2026-01-31 12:30:00"],
    "TIMESTAMPTZ": ["2026-01-31 12:30:00+00"],
    "TIME": ["12:30:00"],
    "INTERVAL": ["1 day", "12:30:00"],
    "UUID": ["00000000-0000-0000-0000-000000000001"],
}
FIELDS = [
    field(TEXT),
    field(BOOLEAN),
    field(INTEGER),
    field(INTEGER, count=True),
    field(USD),
    field(Type("decimal", 3)),
    field(TIME),
    field(TIME, format="unix_s"),
    field(TIME, format="unix_us"),
    field(TIME, format="%Y%m%d"),
    field(TIME, format="%H:%M:%S"),
]


def refused(type_: str, one: Field) -> bool:
    part = Part("rows", {"user_id": "VARCHAR", "value": type_}, exp.select("*").from_("rows"))
    source = Source("rows", "rows", None, None, None)
    return bool(list(foreign(Raw(fact("rows.parquet", one), (part,), part.query, (source,), text=False))))


def read(type_: str, one: Field) -> list[object]:
    """What is read of the values of a type; those that do not fit are left out."""
    found = []
    with Duck(threads=1) as duck:
        for text in HELD[type_]:
            duck._execute(f"CREATE OR REPLACE TABLE raw AS SELECT CAST({text!r} AS {type_}) AS value")
            rows = exp.select("*").from_("raw")
            shown = duck.columns(rows)["value"]
            query = exp.select(named(typed(exp.column("value", quoted=True), shown, one), "read")).from_("raw")
            found += [value for (value,) in duck.rows("read", query) if value is not None]
    return found


@pytest.mark.parametrize("type_", HELD)
def test_no_column_is_refused_that_could_be_read(type_: str):
    shown = str(duckdb.sql(f"DESCRIBE SELECT CAST(NULL AS {type_})").fetchall()[0][1])
    for one in FIELDS:
        if refused(shown, one):
            assert read(type_, one) == [], (type_, one)


@pytest.mark.parametrize(
    ("column", "one", "sentence"),
    [
        (
            pa.array([1, 2], pa.date32()),
            field(USD),
            "column 'value' is DATE; facts.rows.columns.value declares money; declare it as time, or name the right "
            "column: `column: NAME`",
        ),
        (
            pa.array([True, False]),
            field(INTEGER, count=True),
            "column 'value' is BOOLEAN; facts.rows.columns.value declares count; declare it as boolean, or name the "
            "right column: `column: NAME`",
        ),
        (
            pa.array([1.5, 2.5]),
            field(TIME),
            "column 'value' is DOUBLE; facts.rows.columns.value declares time; say what it counts, for example "
            "format: unix_s",
        ),
        (
            pa.array([1, 2], pa.timestamp("us", "UTC")),
            field(TIME, format="unix_s"),
            "column 'value' is TIMESTAMP WITH TIME ZONE; facts.rows.columns.value declares time; it is a time already: "
            "leave `format` out",
        ),
        (
            pa.array([1, 2], pa.timestamp("us")),
            field(BOOLEAN, "bought", column="value"),
            "column 'value' is TIMESTAMP; facts.rows.columns.bought declares boolean; declare it as time, or name the "
            "right column: `column: NAME`",
        ),
        (
            pa.array([["a"], []]),
            field(TEXT),
            "column 'value' is VARCHAR[]; facts.rows.columns.value declares text; give it a column of its own for the "
            "part that counts, for example by a view",
        ),
        (
            pa.array([{"cents": 1}, {"cents": 2}]),
            field(USD),
            "column 'value' is STRUCT(cents BIGINT); facts.rows.columns.value declares money; give it a column of its "
            "own for the part that counts, for example by a view",
        ),
    ],
)
def test_a_column_of_another_type_is_one_sentence_and_not_one_for_each_row(tmp_path, column, one, sentence):
    pq.write_table(pa.table({"user_id": ["u1", "u2"], "value": column}), tmp_path / "rows.parquet")
    assert mistakes(tmp_path, fact("rows.parquet", one)) == [f"rows.parquet: {sentence}"]
    rejecting = fact("rows.parquet", one, reject=True)
    assert mistakes(tmp_path, rejecting) == [f"rows.parquet: {sentence}"]


def test_of_several_files_the_column_is_said_once(tmp_path):
    for name in ("a.parquet", "b.parquet"):
        pq.write_table(pa.table({"user_id": [name], "value": pa.array([1], pa.date32())}), tmp_path / name)
    (told,) = mistakes(tmp_path, fact("*.parquet", field(USD)))
    assert told.startswith("a.parquet: column 'value' is DATE; ")


def test_the_time_of_a_fact_is_named_by_its_key(tmp_path):
    table = pa.table({"user_id": ["u1"], "at": [True], "value": [1]})
    pq.write_table(table, tmp_path / "rows.parquet")
    (told,) = mistakes(tmp_path, fact("rows.parquet", field(INTEGER), time=field(TIME, "at")))
    assert told.startswith("rows.parquet: column 'at' is BOOLEAN; facts.rows.time declares time; ")


def test_a_table_of_a_database_is_looked_at_alike(tmp_path):
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as shop:
        shop.execute("CREATE TABLE orders AS SELECT 'u1' AS user_id, DATE '2026-01-31' AS value")
    (told,) = mistakes(tmp_path, fact(Table("orders", "shop.duckdb", "duckdb"), field(USD)))
    assert told.startswith("shop.duckdb:orders: column 'value' is DATE; facts.rows.columns.value declares money; ")


def test_an_optional_column_without_any_value_may_have_any_integer_type(tmp_path):
    nothing = pa.table({"user_id": ["u1"], "value": pa.array([None], pa.int32())})
    pq.write_table(nothing, tmp_path / "rows.parquet")
    assert values(tmp_path, fact("rows.parquet", field(TIME, optional=True))) == [None]
    pq.write_table(pa.table({"user_id": ["u1"], "value": pa.nulls(1)}), tmp_path / "rows.parquet")
    assert values(tmp_path, fact("rows.parquet", field(TIME, optional=True))) == [None]
