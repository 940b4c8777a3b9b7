"""The same rows are read from every kind of source, or the source is refused in a sentence."""

import gzip
import hashlib
import json
import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liftledger.domain.expression import TEXT, TIME, Type
from liftledger.domain.fact import Dialect, Files, Table
from liftledger.domain.instant import micros
from tests.engine.records import BOOLEAN, INTEGER, USD, fact, field, loaded, mistakes, rows, values

LINES = "user_id,value\nu1,1.50\nu2,2\n"
READ = [("u1", 150), ("u2", 200)]
MONEY = field(USD)


def parquet(folder, name="rows.parquet", **columns):
    pq.write_table(pa.table(columns), folder / name)
    return fact(name, MONEY)


# ------------------------------------------------------------------------------------------------------------------ CSV


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", LINES.encode()),
        ("rows.csv", LINES.rstrip("\n").encode()),
        ("rows.csv", LINES.replace("\n", "\r\n").encode()),
        ("rows.csv", LINES.replace("\n", "\r").encode()),
        ("rows.csv", b"\xef\xbb\xbf" + LINES.encode()),
        ("rows.csv", LINES.encode("utf-16")),
        ("rows.csv", b"\xfe\xff" + LINES.encode("utf-16-be")),
        ("rows.csv", LINES.replace(",", ";").encode()),
        ("rows.csv", LINES.replace(",", "|").encode()),
        ("rows.tsv", LINES.replace(",", "\t").encode()),
        ("rows.csv.gz", gzip.compress(LINES.encode(), mtime=0)),
        ("rows.csv.gz", gzip.compress(LINES[:20].encode(), mtime=0) + gzip.compress(LINES[20:].encode(), mtime=0)),
        ("rows.csv.gz", gzip.compress(LINES.encode("utf-16"), mtime=0)),
        ("rows.csv", b'"user_id","value"\n"u1","1.50"\n"u2","2"\n'),
        ("rows.csv", b" user_id , value \nu1,1.50\nu2,2\n"),
        ("rows.csv", b'note,value,user_id\n"a, ""b""\nc",1.50,u1\n,2,u2\n'),
        ("rows.csv", b",value,user_id\n0,1.50,u1\n1,2,u2\n"),
        ("rows.csv", b"user_id,value\nu1,1.50\n\nu2,2\n\n"),
        ("rows.csv", b"user_id,value,\nu1,1.50,\nu2,2,\n"),
        ("a [1] *?.csv", LINES.encode()),
    ],
)
def test_csv_in_its_spellings(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert rows(tmp_path, fact(name, MONEY)) == READ


def test_declared_dialects(tmp_path):
    (tmp_path / "rows.csv").write_bytes("user_id;value\n'ü;1';1,50\n'it''s';2\n".encode("latin-1"))
    one = fact("rows.csv", field(USD, decimal=","), dialect=Dialect(";", "'", "latin-1"))
    assert rows(tmp_path, one) == [("it's", 200), ("ü;1", 150)]


def test_the_dialect_is_shown(tmp_path):
    (tmp_path / "rows.csv").write_text(LINES)
    found, _ = loaded(tmp_path, fact("rows.csv", MONEY))
    [source] = found["rows"].sources
    assert source.dialect == "delimiter ',', quote '\"', encoding utf-8 (sniffed: delimiter, quote, encoding)"
    assert source.bytes == len(LINES)


def test_a_glob_takes_files_whose_columns_stand_in_another_order(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.csv").write_text("user_id,value\nu1,1.50\n")
    (tmp_path / "data/b.csv").write_text("note;value;user_id\nx;2;u2\n")
    (tmp_path / "data/c.txt").write_text("not a table")
    assert rows(tmp_path, fact("data/*.csv", MONEY)) == READ


BAD_CSV = [
    (b"", "rows.csv: the file is empty; it needs a header line and rows"),
    (b"\xef\xbb\xbf\n", "rows.csv: the file is empty; it needs a header line and rows"),
    (b"user_id,value\n", "rows.csv: there are no rows; if that is right, say facts.rows.through: DATE"),
    (
        b"\nuser_id,value\nu1,1\n",
        "rows.csv: the first line is blank; it needs to be the header; remove the lines before it",
    ),
    (b"user_id,value,value\nu1,1,2\n", "rows.csv: the header names 'value' twice; give every column its own name"),
    (b"user_id,value,Value\nu1,1,2\n", "rows.csv: the header names 'Value' twice; give every column its own name"),
    (b"user_id,values\nu1,1\n", "rows.csv: no column 'value', which facts.rows uses; it has 'user_id', 'values'"),
    (
        b"user_id:value\nu1:1\n",
        "rows.csv: no column 'user_id', which facts.rows uses; it has 'user_id:value'; is the delimiter right?"
        " declare it, for example csv: {delimiter: ';'}",
    ),
    (
        b"user_id,value\nu1,1\nu2,1,50\n",
        "rows.csv, row 2: the row has 3 fields, the header has 2; quote fields that hold the"
        " delimiter, or correct the row",
    ),
    (
        b"user_id,value\nu1,1\nu2\n",
        "rows.csv, row 2: the row has 1 field, the header has 2; quote fields that hold the"
        " delimiter, or correct the row",
    ),
    (
        b'user_id,value\nu1,1\n"u2,1\nu3,1\n',
        "rows.csv, row 2: a quote is opened and not closed as it should be; correct the row,"
        " or declare csv: {quote: ...}",
    ),
    (
        b'user_id,value\n"u1"x,1\n',
        "rows.csv, row 1: a quote is opened and not closed as it should be; correct the row,"
        " or declare csv: {quote: ...}",
    ),
    (
        "user_id,value\nü1,1\n".encode("latin-1"),
        "rows.csv: byte 0xfc is not utf-8; declare the encoding, for example csv: {encoding: latin-1}",
    ),
    (
        b"PK\x03\x04\x14\x00\xff\xfe",
        "rows.csv: byte 0xff is not utf-8; declare the encoding, for example csv: {encoding: latin-1}",
    ),
    (
        b'user_id,value\r\nu1,1\n"u2"x,2\r\n',
        "rows.csv, row 2: the row cannot be read as CSV (',' expected after '\"'); check delimiter and quotes",
    ),
]


@pytest.mark.parametrize(("content", "told"), BAD_CSV)
def test_a_bad_csv_file_is_refused_in_a_sentence(tmp_path, content, told):
    (tmp_path / "rows.csv").write_bytes(content)
    assert mistakes(tmp_path, fact("rows.csv", MONEY))[0] == told


@pytest.mark.parametrize("packed", [False, True])
def test_lines_may_end_in_both_ways(tmp_path, packed):
    # as in exports from two machines that were put together, or a file whose last line was cut and mended
    content = b'user_id,value\r\nu1,1.50\n"u2",2\r\n'
    name = "rows.csv.gz" if packed else "rows.csv"
    (tmp_path / name).write_bytes(gzip.compress(content) if packed else content)
    assert rows(tmp_path, fact(name, MONEY)) == READ


def test_text_that_is_not_utf_8_far_down_is_found(tmp_path):
    head = "user_id,value\n" + "".join(f"u{i},1\n" for i in range(20_000))
    (tmp_path / "rows.csv").write_bytes(head.encode() + "ü,1\n".encode("latin-1"))
    told = "rows.csv, row 20001: a character is not UTF-8; declare csv: {encoding: latin-1} or the right one"
    assert mistakes(tmp_path, fact("rows.csv", MONEY)) == [told]
    (tmp_path / "rows.csv").write_bytes(head.encode("utf-16") + b"\x00\xd8\x00")
    told = "rows.csv: its text is not utf-16 throughout; declare the encoding, for example csv: {encoding: latin-1}"
    assert mistakes(tmp_path, fact("rows.csv", MONEY)) == [told]


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 400])
def test_a_gzip_file_that_was_cut_is_refused(tmp_path, cut):
    packed = gzip.compress(("user_id,value\n" + "".join(f"u{i},{i * 7919 % 1000}\n" for i in range(1000))).encode())
    (tmp_path / "rows.csv.gz").write_bytes(packed[:-cut])
    [told] = mistakes(tmp_path, fact("rows.csv.gz", MONEY))
    assert told.startswith("rows.csv.gz: cannot be read (Compressed file ended before")
    assert told.endswith("; check the file, it may be incomplete")


def test_a_gzip_file_with_a_changed_bit_is_refused(tmp_path):
    packed = bytearray(gzip.compress(LINES.encode(), compresslevel=0))
    at = packed.index(b"1.50")
    packed[at] = ord("9")
    (tmp_path / "rows.csv.gz").write_bytes(packed)
    [told] = mistakes(tmp_path, fact("rows.csv.gz", MONEY))
    assert "CRC check failed" in told


def test_a_file_that_is_no_gzip_is_refused(tmp_path):
    (tmp_path / "rows.csv.gz").write_text(LINES)
    [told] = mistakes(tmp_path, fact("rows.csv.gz", MONEY))
    assert told == "rows.csv.gz: cannot be read (Not a gzipped file (b'us')); check the file, it may be incomplete"


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_missing_files_folders_and_files_that_may_not_be_read(tmp_path, monkeypatch, form):
    (tmp_path / "data").mkdir()
    assert mistakes(tmp_path, fact(Files("none.x", form), MONEY)) == [
        "none.x: no such file; check facts.rows.files; paths are relative to liftledger.yaml"
    ]
    assert mistakes(tmp_path, fact(Files("data/*.x", form), MONEY)) == [
        "data/*.x: no such file; check facts.rows.files; paths are relative to liftledger.yaml"
    ]
    assert mistakes(tmp_path, fact(Files("data", form), MONEY)) == [
        "data: it is a folder; name its files, for example data/*.csv"
    ]

    def refused(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "rows.x").write_text(LINES)
    monkeypatch.setattr("io.open", refused)
    monkeypatch.setattr("pathlib.Path.open", refused)
    monkeypatch.setattr("builtins.open", refused)
    found, told = loaded(tmp_path, fact(Files("rows.x", form), MONEY))
    monkeypatch.undo()
    assert (found, told) == ({}, ["rows.x: cannot be read (Permission denied); check the file, it may be incomplete"])


def test_every_mistake_of_every_fact_is_told_at_once(tmp_path):
    (tmp_path / "b.csv").write_text("user_id,value\nu1,x\n")
    (tmp_path / "c.csv").write_text("user_id\nu1\n")
    facts = [fact(f"{name}.csv", MONEY, name=name) for name in "abc"]
    places = [told.split(": ")[0] for told in mistakes(tmp_path, *facts)]
    assert sorted(places) == ["a.csv", "b.csv, row 1", "c.csv"]


# ----------------------------------------------------------------------------------------------------------- JSON Lines


def jsonl(folder, *lines, name="rows.jsonl"):
    (folder / name).write_text("".join(line + "\n" for line in lines))
    return name


def test_json_lines(tmp_path):
    name = jsonl(
        tmp_path, '{"user_id": "u1", "value": 1.50, "extra": {"a": [1]}}', "", '{"value": "2", "user_id": "u2"}'
    )
    assert rows(tmp_path, fact(name, MONEY)) == READ
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    assert rows(tmp_path, fact("rows.jsonl.gz", MONEY)) == READ


def test_a_path_of_keys_reaches_into_json(tmp_path):
    # the shape of a Segment `track` call
    name = jsonl(
        tmp_path,
        '{"user_id": 1, "properties": {"revenue": 12.50, "sale": {"tax": 0.10}}}',
        '{"user_id": 2, "properties": {"revenue": "3", "sale": null}, "properties.revenue": 4}',
    )
    revenue = field(USD, "revenue", column="properties.revenue")
    tax = field(USD, "tax", column="properties.sale.tax", optional=True)
    assert rows(tmp_path, fact(name, revenue, tax)) == [("1", 1250, 10), ("2", 400, None)]


@pytest.mark.parametrize(
    ("written", "type_", "read"),
    [
        ("12.345", USD, None),
        ("0.30000000000000004", USD, None),
        ("12.30", USD, 1230),
        ("9007199254740993", INTEGER, 9007199254740993),
        ("9007199254740993.5", INTEGER, None),
        ("9007199254740993.0", INTEGER, 9007199254740993),
        ("12.3000000000000000000001", USD, None),
        ("90071992547409.93", USD, 9007199254740993),
        ("1e5", INTEGER, None),
        ('"1.5"', USD, 150),
        ('"1e5"', INTEGER, None),
        ("null", USD, None),
        ('""', USD, None),
        ("true", BOOLEAN, True),
        ('"no"', BOOLEAN, False),
        ("true", INTEGER, None),
        ('{"a": 1}', INTEGER, None),
        ('"2026-01-31"', TIME, micros("2026-01-31")),
        ('"a\\n\\u00fc\\""', TEXT, 'a\nü"'),
        ('{"a": 1.50}', TEXT, '{"a": 1.50}'),
        ('"null"', TEXT, "null"),
    ],
)
def test_json_values_are_read_to_the_letter(tmp_path, written, type_, read):
    name = jsonl(tmp_path, '{"user_id": 1, "value": %s}' % written)  # noqa: UP031, braces
    one = fact(name, field(type_), reject=True, through=0)
    assert values(tmp_path, one) == ([] if read is None else [read])


def test_a_key_that_a_line_lacks_is_missing(tmp_path):
    name = jsonl(tmp_path, '{"user_id": "u1", "value": 1}', '{"user_id": "u2"}')
    assert rows(tmp_path, fact(name, field(USD, optional=True))) == [("u1", 100), ("u2", None)]
    assert mistakes(tmp_path, fact(name, MONEY))[0].startswith("rows.jsonl, row 2: column 'value' is empty; fill it in")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['{"user_id": 1, "value": 1}', "nope"], "rows.jsonl, row 2: not a JSON object (JSON is"),
        (
            ['{"user_id": 1, "value": 1}', '{"user_id": 1,'],
            "rows.jsonl, row 2: not a JSON object (Input data was truncated)",
        ),
        (["[", '{"user_id": 1, "value": 1}', "]"], "rows.jsonl, row 1: not a JSON object ("),
        (["[1, 2]"], "rows.jsonl, row 1: not a JSON object (Expected `object`, got `array`)"),
        ([""], "rows.jsonl: the file is empty; write one JSON object a line"),
        (['{"user_id": 1}'], "rows.jsonl: no column 'value', which facts.rows uses; it has 'user_id'"),
    ],
)
def test_bad_json_is_refused_in_a_sentence(tmp_path, lines, told):
    assert mistakes(tmp_path, fact(jsonl(tmp_path, *lines), MONEY))[0].startswith(told)


def test_json_that_is_not_utf_8(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(b'{"user_id": "\xff", "value": 1}\n')
    assert mistakes(tmp_path, fact("rows.jsonl", MONEY))[0].startswith("rows.jsonl, row 1: not a JSON object (")


# -------------------------------------------------------------------------------------------------------------- Parquet


@pytest.mark.parametrize(
    ("array", "type_", "read"),
    [
        (pa.array([1, -2], pa.int8()), USD, [100, -200]),
        (pa.array([1, 255], pa.uint8()), USD, [100, 25500]),
        (pa.array([1, -(10**13)], pa.int64()), USD, [100, -(10**15)]),
        (pa.array([1, 10**17], pa.int64()), INTEGER, [1, 10**17]),
        (pa.array([1, 10**18], pa.int64()), INTEGER, [1]),
        (pa.array([1, 2**64 - 1], pa.uint64()), INTEGER, [1]),
        (pa.array([1, 2**53], pa.uint64()), INTEGER, [1, 2**53]),
        (pa.array([Decimal("1.50"), Decimal("-0.01")], pa.decimal128(10, 2)), USD, [150, -1]),
        (pa.array([Decimal("1.5"), Decimal("-2.0")], pa.decimal128(4, 1)), USD, [150, -200]),
        (pa.array([Decimal("1.5000"), Decimal("1.2345")], pa.decimal128(18, 4)), USD, [150]),
        (pa.array([Decimal("1.50"), Decimal("9" * 20)], pa.decimal128(38, 2)), USD, [150]),
        (pa.array([Decimal("99999999999999.99"), Decimal("100000000000000")], pa.decimal128(18, 2)), USD, [10**16 - 1]),
        (pa.array([12.5, 0.1 + 0.2], pa.float64()), USD, [1250]),
        (pa.array([12.35, 12.345], pa.float64()), USD, [1235]),
        (pa.array([3.0, 3.5], pa.float64()), INTEGER, [3]),
        (pa.array([1e300, float("nan"), float("inf"), -1.0], pa.float64()), USD, [-100]),
        (pa.array([2.0**52, 2.0**52 - 1], pa.float64()), INTEGER, [2**52 - 1]),
        (pa.array([12.35, 83886.08, 200000.12], pa.float32()), USD, [1235]),
        (pa.array(["1.50", "x"], pa.large_string()), USD, [150]),
        (pa.array(["a", "b"]).dictionary_encode(), TEXT, ["a", "b"]),
        (pa.array([b"\xc3\xbc", b"b"], pa.binary()), TEXT, ["ü", "b"]),
        (pa.array([1, 2], pa.int32()), TEXT, ["1", "2"]),
        (pa.array([1.0, 2.5], pa.float64()), TEXT, ["1", "2.5"]),
        (pa.array([True, False], pa.bool_()), BOOLEAN, [True, False]),
        (pa.array([1, 0, 2], pa.int8()), BOOLEAN, [True, False]),
        (pa.array([True, False], pa.bool_()), TEXT, ["true", "false"]),
        (pa.array([date(2026, 1, 31)], pa.date32()), TIME, [micros("2026-01-31")]),
        (pa.array([1, 10**18], pa.timestamp("us")), TIME, [1]),
        (pa.array([1_000], pa.timestamp("ms", tz="America/New_York")), TIME, [1_000_000]),
        (pa.array([1_999], pa.timestamp("ns")), TIME, [1]),
        (pa.array([5], pa.timestamp("s")), TIME, [5_000_000]),
        (pa.array(["2026-01-31T12:00:00+01:00"]), TIME, [micros("2026-01-31T11:00:00Z")]),
    ],
)
def test_parquet_types(tmp_path, array, type_, read):
    parquet(tmp_path, user_id=pa.array([f"u{i}" for i in range(len(array))]), value=array)
    one = fact("rows.parquet", field(type_), reject=True, through=0)
    assert values(tmp_path, one) == read


def test_marks_of_text_are_not_asked_of_numbers(tmp_path):
    parquet(tmp_path, user_id=["u1", "u2"], value=pa.array([1234.5, 2.0]))
    assert values(tmp_path, fact("rows.parquet", field(USD, decimal=",", thousands="."))) == [123450, 200]


def test_clock_times_of_a_zone_in_parquet(tmp_path):
    clocks = [datetime(2026, 7, 1, 2), datetime(2026, 3, 29, 2, 30)]
    parquet(tmp_path, user_id=["u1", "u2"], value=pa.array(clocks, pa.timestamp("us")))
    one = fact("rows.parquet", field(TIME, timezone="Europe/Berlin"), reject=True)
    assert values(tmp_path, one) == [micros("2026-07-01T00:00:00Z")]
    instants = pa.array([datetime(2026, 7, 1, 2, tzinfo=UTC)], pa.timestamp("us", tz="UTC"))
    parquet(tmp_path, user_id=["u1"], value=instants)
    assert values(tmp_path, one) == [micros("2026-07-01T02:00:00Z")]


def test_several_parquet_files(tmp_path):
    parquet(tmp_path, "a.parquet", user_id=["u1"], value=pa.array([150], pa.int32()))
    parquet(tmp_path, "b.parquet", value=pa.array([2], pa.int32()), user_id=["u2"], more=[1])
    assert rows(tmp_path, fact("*.parquet", field(INTEGER))) == [("u1", 150), ("u2", 2)]
    parquet(tmp_path, "c.parquet", user_id=["u3"], value=[2.5])
    parquet(tmp_path, "d.parquet", user_id=["u3"])
    assert mistakes(tmp_path, fact("*.parquet", MONEY)) == [
        "c.parquet: column 'value' is DOUBLE here and INTEGER in a.parquet;"
        " files of one fact hold a column as one type",
        "d.parquet: no column 'value', which facts.rows uses; it has 'user_id'",
    ]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"nonsense", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_parquet_garbage(tmp_path, content):
    (tmp_path / "rows.parquet").write_bytes(content)
    [told] = mistakes(tmp_path, fact("rows.parquet", MONEY))
    wanted = "it is not a Parquet file (" if content else "the file is empty"
    assert "SELECT" not in told and "^" not in told
    assert told.startswith(f"rows.parquet: {wanted}") and told.endswith("check the file, it may be incomplete")


def test_a_parquet_file_that_breaks_off(tmp_path):
    parquet(tmp_path, user_id=[f"u{i}" for i in range(9999)], value=list(range(9999)))
    whole = (tmp_path / "rows.parquet").read_bytes()
    (tmp_path / "rows.parquet").write_bytes(whole[: len(whole) // 2])
    assert mistakes(tmp_path, fact("rows.parquet", MONEY))[0].startswith("rows.parquet: it is not a Parquet file (")
    (tmp_path / "rows.parquet").write_bytes(whole[:100] + b"\xff" * 2000 + whole[2100:])
    [told] = mistakes(tmp_path, fact("rows.parquet", MONEY))
    assert told.startswith("rows.parquet: cannot be read (")


# ---------------------------------------------------------------------------------------------------- tables and views


def test_duckdb_tables_and_views(tmp_path):
    db = duckdb.connect(str(tmp_path / "shop.duckdb"))
    db.execute("CREATE TABLE rows AS SELECT 'u1' AS user_id, 1.50::DECIMAL(9, 2) AS value UNION ALL SELECT 'u2', 2")
    db.execute("CREATE VIEW big AS SELECT * FROM rows WHERE value > 1.6")
    db.execute('CREATE SCHEMA "old data"')
    db.execute('CREATE TABLE "old data"."my rows" AS SELECT * FROM rows')
    db.execute('CREATE TABLE "a.b" AS SELECT * FROM rows')
    db.close()

    def table(name):
        return fact(Table(name, "shop.duckdb", "duckdb"), MONEY)

    assert rows(tmp_path, table("rows")) == READ
    assert rows(tmp_path, table("main.rows")) == READ
    assert rows(tmp_path, table("big")) == READ[1:]
    assert rows(tmp_path, table("old data.my rows")) == READ
    assert rows(tmp_path, table("a.b")) == READ
    [told] = mistakes(tmp_path, table("none"))
    assert told.startswith("shop.duckdb: table 'none': ") and told.endswith("check facts.rows.table")
    both = [fact(Table("rows", "shop.duckdb", "duckdb"), MONEY, name=name) for name in ("first", "second")]
    assert set(loaded(tmp_path, *both)[0]) == {"first", "second"}


def test_duckdb_types(tmp_path):
    db = duckdb.connect(str(tmp_path / "shop.duckdb"))
    db.execute("CREATE TYPE mood AS ENUM ('sad', 'happy', '')")
    db.execute("""
        CREATE TABLE rows AS SELECT 1 AS user_id, 'happy'::mood AS mood, 10::HUGEINT AS huge, 'infinity'::DATE AS at,
            '8b0d2b1c-4a53-4c5b-8c2e-0d9a4c1f2e3d'::UUID AS id
        UNION ALL SELECT 2, '', 1e30::HUGEINT, '2026-01-31', NULL
    """)
    db.close()

    def column(name, type_):
        one = fact(Table("rows", "shop.duckdb", "duckdb"), field(type_, name), reject=True, through=0)
        return values(tmp_path, one)

    assert column("mood", TEXT) == ["happy"]
    assert column("huge", INTEGER) == [10]
    assert column("at", TIME) == [micros("2026-01-31")]
    assert column("id", TEXT) == ["8b0d2b1c-4a53-4c5b-8c2e-0d9a4c1f2e3d"]


def test_sqlite(tmp_path):
    db = sqlite3.connect(tmp_path / "shop.sqlite")
    db.execute('CREATE TABLE "my rows" (user_id TEXT, value, at, note)')
    at = "2026-01-31 12:00:00"
    records = [
        ("u1", 1.5, at, None),
        ("u2", 2, at, 'a "b",\nc'),
        ("u3", None, at, ""),
        ("u4", b"\x12", at, None),
        ("u5", "0.1", at, ""),
    ]
    db.executemany('INSERT INTO "my rows" VALUES (?, ?, ?, ?)', [*records, ("u6", 0.1 + 0.2, at, "")])
    db.execute('CREATE VIEW seen AS SELECT * FROM "my rows"')
    db.commit()
    db.close()
    note = field(TEXT, "note", optional=True)
    for name in ("my rows", "main.my rows", "seen"):
        one = fact(Table(name, "shop.sqlite", "sqlite"), field(TIME, "at"), note, MONEY, reject=True)
        assert [(unit, note, value) for unit, _, note, value in rows(tmp_path, one)] == [
            ("u1", None, 150),
            ("u2", 'a "b",\nc', 200),
            ("u5", None, 10),
        ]
    assert mistakes(tmp_path, fact(Table("none", "shop.sqlite", "sqlite"), MONEY)) == [
        "shop.sqlite: table 'none': no such table: main.none; check facts.rows.table"
    ]


@pytest.mark.parametrize("form", ["duckdb", "sqlite"])
def test_databases_that_are_none(tmp_path, form):
    source = Table("rows", f"shop.{form}", form)
    assert mistakes(tmp_path, fact(source, MONEY)) == [f"shop.{form}: no such file; check facts.rows.database"]
    (tmp_path / f"shop.{form}").write_text("nonsense " * 500)
    [told] = mistakes(tmp_path, fact(source, MONEY))
    assert told.startswith(f"shop.{form}: ") and "not a" in told
    (tmp_path / f"shop.{form}").write_bytes(b"")
    [told] = mistakes(tmp_path, fact(source, MONEY))
    assert told.startswith(f"shop.{form}: ")


def test_rows_are_counted_and_summed_in_any_source(tmp_path):
    # three rows; 1.50 + 2 + 3.25 dollars are 675 cents
    lines = [("u1", "1.50"), ("u2", "2"), ("u3", "3.25")]
    (tmp_path / "rows.csv").write_text("user_id,value\n" + "".join(f"{unit},{value}\n" for unit, value in lines))
    jsonl(tmp_path, *(json.dumps({"user_id": unit, "value": value}) for unit, value in lines))
    parquet(tmp_path, user_id=[unit for unit, _ in lines], value=[Decimal(value) for _, value in lines])
    for name in ("rows.csv", "rows.jsonl", "rows.parquet"):
        found = loaded(tmp_path, fact(name, MONEY))[0]["rows"]
        assert (found.rows, found.sums["value"]) == (3, 675)


def test_another_text_of_the_same_length_is_another_fingerprint(tmp_path):
    def sums(*lines):
        (tmp_path / "rows.csv").write_text("user_id,at,value,done\n" + "".join(f"{line}\n" for line in lines))
        one = fact("rows.csv", field(optional=True), field(BOOLEAN, "done"), time=field(TIME, "at"))
        found = loaded(tmp_path, one)[0]["rows"]
        assert found.missing == {"value": 1}
        return found.sums

    def number(text):  # as docs/report.md has it
        return int(hashlib.md5(text.encode()).hexdigest()[:8], 16)

    lines = "u1,1970-01-01,paid,yes", "u2,1970-01-02,,no", "u1,1970-01-01,païd,yes"
    assert sums(*lines) == {
        "unit": 2 * number("u1") + number("u2"),
        "time": 86_400_000_000,
        "value": number("paid") + number("païd"),
        "done": 2,
    }
    assert sums(*lines) == sums(*reversed(lines))


def test_columns_that_are_called_unit_and_time_have_their_own_fingerprint(tmp_path):
    (tmp_path / "rows.csv").write_text("user_id,at,unit,time\n1,1970-01-02,5,7\n2,1970-01-01,6,8\n")
    one = fact("rows.csv", field(INTEGER, "unit"), field(INTEGER, "time"), time=field(TIME, "at"))
    sums = loaded(tmp_path, one)[0]["rows"].sums
    assert (sums["unit"], sums["time"], sums["time of the row"]) == (11, 15, 86_400_000_000)
    assert list(sums) == ["unit of the row", "time of the row", "unit", "time"]


def test_wide_decimals_keep_their_last_digit(tmp_path):
    scale = Type("decimal", 8)
    (tmp_path / "rows.csv").write_text("user_id,value\nu1,9999999999.99999999\nu2,-0.00000001\n")
    assert values(tmp_path, fact("rows.csv", field(scale))) == [999999999999999999, -1]
    parquet(tmp_path, user_id=["u1"], value=pa.array([Decimal("1234567890.12345678")], pa.decimal128(18, 8)))
    assert values(tmp_path, fact("rows.parquet", field(scale))) == [123456789012345678]
