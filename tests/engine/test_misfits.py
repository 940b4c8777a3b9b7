"""Rows that do not fit are named by file, row and column, and leave the sums only where a definition lets them."""

import gzip
import random
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.expression import TIME
from liftledger.engine.misfits import SHOWN
from tests.engine.records import BOOLEAN, INTEGER, USD, fact, field, loaded, mistakes, values, written

pytestmark = pytest.mark.usefixtures("engine")

AT = field(TIME, "at")


def dated(name, *columns, **options):
    return fact(name, AT, *columns, time=AT, name="visits", **options)


def days(rows):
    return "".join(f"u{i},2026-01-{1 + i % 28:02}\n" for i in range(rows))


@pytest.mark.engines("duckdb")
def test_a_date_of_another_format_on_row_40000_is_named(tmp_path):
    lines = days(50_000).splitlines()
    lines[39_999] = "u39999,31/01/2026"
    (tmp_path / "visits.csv").write_text("\n".join(["user_id,at", *lines, ""]))
    assert mistakes(tmp_path, dated("visits.csv")) == [
        "visits.csv, row 40000: column 'at' holds '31/01/2026', which is not a time like 2026-01-31"
        ' or 2026-01-31 12:30:00; correct it, or declare the format, for example format: "%d/%m/%Y"'
    ]


@pytest.mark.engines("duckdb")
def test_it_is_named_in_the_file_that_holds_it_behind_lines_that_break_and_packed(tmp_path):
    noted = "".join(f'u{i},"a\nb\n\nc",2026-01-01\n' for i in range(2999))
    for place, name in enumerate(("a.csv", "b.csv", "c.csv.gz")):
        bad = "u,x,nonsense\n" if place else ""
        content = f"user_id,note,at\n{noted}{bad}{noted}".encode()
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    told = mistakes(tmp_path, dated("*.csv*"))
    assert [one.split(": ")[0] for one in told] == ["b.csv, row 3000", "c.csv.gz, row 3000"]


@pytest.mark.engines("duckdb")
def test_a_row_far_down_a_large_file_is_named_by_its_own_number(tmp_path):
    # large enough for several threads to read it at once
    lines = [f"u{i:07},2026-01-01,{'x' * 60}" for i in range(300_000)]
    lines[271_827] = "u,never,x"
    (tmp_path / "visits.csv").write_text("\n".join(["user_id,at,note", *lines, ""]))
    assert mistakes(tmp_path, dated("visits.csv"))[0].startswith("visits.csv, row 271828: column 'at' holds 'never'")


@pytest.mark.engines("duckdb", "spark")
def test_a_row_of_a_parquet_file_is_named_by_its_number(tmp_path):
    counts = [1] * 10_000
    counts[7_776] = -5
    table = pa.table({"user_id": list(range(10_000)), "value": counts})
    pq.write_table(table, tmp_path / "rows.parquet", row_group_size=1000)
    assert mistakes(tmp_path, fact("rows.parquet", field(INTEGER, count=True))) == [
        "rows.parquet, row 7777: column 'value' holds '-5', which is not a count (0 or more);"
        " correct it, or count and list such rows: on_bad_row: reject"
    ]


REJECT = "correct it, or count and list such rows: on_bad_row: reject"
FORMAT = 'correct it, or declare the format, for example format: "%d/%m/%Y"'
MONEY = "money in USD with at most 2 decimals after '.'"
DATE = "a time like 2026-01-31 or 2026-01-31 12:30:00"


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
@pytest.mark.first_on_spark
@pytest.mark.parametrize(
    ("column", "text", "wanted", "cure"),
    [
        (field(USD), "12,50", MONEY, 'correct it, or declare decimal: ","'),
        (field(USD), "12.345", MONEY, REJECT),
        (field(USD), "1,034.50", MONEY, 'correct it, or declare thousands: ","'),
        (field(USD), "1.034,50", MONEY, 'correct it, or declare decimal: "," and thousands: "."'),
        (field(USD, decimal=","), "1.034,50", MONEY.replace("'.'", "','"), 'correct it, or declare thousands: "."'),
        (field(USD, decimal=","), "12.50", MONEY.replace("'.'", "','"), 'correct it, or declare decimal: "."'),
        (field(USD), "123456789012345", "money in USD with at most 14 digits before '.'", REJECT),
        (field(INTEGER), "1.7", "a whole number of at most 18 digits", REJECT),
        (field(BOOLEAN), "maybe", "true or false", REJECT),
        (
            field(TIME, format="%d.%m.%Y"),
            "2026-01-31",
            "a time of the format '%d.%m.%Y'",
            "correct it, or the declared format",
        ),
        (
            field(TIME, timezone="Europe/Berlin"),
            "2026-03-29 02:30",
            f"{DATE} that the clocks of Europe/Berlin show once, between 1970 and 2100",
            FORMAT,
        ),
    ],
)
def test_what_was_found_and_what_would_do(tmp_path, column, text, wanted, cure):
    (tmp_path / "rows.csv").write_text(written(["user_id", "value"], [("u1", text)]))
    told = f"rows.csv, row 1: column 'value' holds {text!r}, which is not {wanted}; {cure}"
    assert mistakes(tmp_path, fact("rows.csv", column)) == [told]


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_an_empty_unit_and_an_empty_value(tmp_path):
    (tmp_path / "rows.csv").write_text("user_id,value\n,1\nu2,\n")
    assert mistakes(tmp_path, fact("rows.csv", field(USD))) == [
        "rows.csv, row 1: column 'user_id' is empty; every row needs its unit",
        "rows.csv, row 2: column 'value' is empty; fill it in, or declare the column optional: true",
    ]
    pq.write_table(pa.table({"user_id": [1, None], "value": [1, 2]}), tmp_path / "rows.parquet")
    assert mistakes(tmp_path, fact("rows.parquet", field(USD))) == [
        "rows.parquet, row 2: column 'user_id' is empty; every row needs its unit"
    ]


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_the_first_misfits_of_each_column_are_named_and_the_rest_is_counted(tmp_path):
    (tmp_path / "visits.csv").write_text("user_id,at,value\n" + "".join(f"u{i},x,y\n" for i in range(100)))
    told = mistakes(tmp_path, dated("visits.csv", field(USD)))
    assert [one.split(": ")[0] for one in told] == [
        *(f"visits.csv, row {row}" for row in range(1, SHOWN + 1)),
        *(f"visits.csv, row {row}" for row in range(1, SHOWN + 1)),
        "visits.csv",
    ]
    assert told[-1] == ("visits.csv: 95 more rows do not fit; correct them, or count and list them: on_bad_row: reject")


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_rejected_rows_are_counted_listed_and_left_out_of_the_sums(tmp_path):
    # 300 rows of 1 cent each, of which every tenth is no number: 270 cents
    lines = [(f"u{i}", "x" if i % 10 == 3 else "0.01") for i in range(300)]
    (tmp_path / "rows.csv").write_text(written(["user_id", "value"], lines))
    found, told = loaded(tmp_path, fact("rows.csv", field(USD), reject=True))
    one = found["rows"]
    assert (told, one.rows, one.rejected, one.sums["value"]) == ([], 270, 30, 270)
    assert [(r.row, r.column, r.found) for r in one.rejections] == [
        (row + 1, "value", "x") for row in range(3, 300, 10)
    ]
    assert all(r.place.endswith("rows.csv") for r in one.rejections)


def test_where_no_row_fits_there_is_nothing_to_report_on(tmp_path):
    (tmp_path / "rows.csv").write_text("user_id,value\nu1,x\n")
    assert mistakes(tmp_path, fact("rows.csv", field(USD), reject=True)) == [
        "rows.csv: no row fits; if that is right, say facts.rows.through: DATE"
    ]


# --------------------------------------------------------------------------------------------------------------- by id


def test_rows_that_repeat_are_removed_and_counted(tmp_path):
    (tmp_path / "rows.csv").write_text(
        "id,user_id,value,at\n1,u1,2,2026-01-01\n2,u1,2,2026-01-01\n1,u1,2.00,2026-01-01\n3,u2,5,2026-01-01\n"
    )
    found, told = loaded(tmp_path, fact("rows.csv", AT, field(USD), id="id", time=AT))
    one = found["rows"]
    assert (told, one.rows, one.duplicates, one.sums["value"]) == ([], 3, 1, 900)


def test_one_id_with_two_contents_is_a_mistake(tmp_path):
    (tmp_path / "rows.csv").write_text("id,user_id,value\n1,u1,2\n1,u1,3\n2,u2,1\n")
    assert mistakes(tmp_path, fact("rows.csv", field(USD), id="id")) == [
        "rows.csv: 1 row repeats an id of 'id' with other contents; an id names one row; correct the export or leave"
        " `id` out"
    ]


def test_a_wide_fact_holds_a_unit_once(tmp_path):
    (tmp_path / "rows.csv").write_text("user_id,value\nu1,2\nu2,3\nu1,3\nu2,3\nu2,3\n")
    assert mistakes(tmp_path, fact("rows.csv", field(USD))) == [
        "rows.csv: 2 units have several rows, 'u1' has 2; a fact without `time` holds one row a unit"
    ]


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_an_empty_id_does_not_fit(tmp_path):
    (tmp_path / "rows.csv").write_text("id,user_id,value\n1,u1,2\n,u2,3\n")
    [told] = mistakes(tmp_path, fact("rows.csv", field(USD), id="id"))
    assert told.startswith("rows.csv, row 2: column 'id' is empty")


amounts = st.one_of(st.decimals(-1000, 1000, places=2).map(str), st.sampled_from(["", "x", "1.005", "NaN", "7", "1e2"]))
id_and_amount = st.lists(st.tuples(st.integers(1, 30), amounts), min_size=1, max_size=60)


def test_every_row_that_was_read_is_used_repeated_or_rejected():
    @given(id_and_amount, st.integers(0, 2**32))
    def check(found_rows, seed):
        contents = dict(found_rows)  # an id has one content
        lines = [(f"e{place}", f"u{place % 3}", "2026-01-01", contents[place]) for place, _ in found_rows]
        random.Random(seed).shuffle(lines)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "rows.csv").write_text(written(["id", "user_id", "at", "value"], lines))
            one = fact("rows.csv", AT, field(USD), time=AT, id="id", reject=True, through=1)
            found = loaded(Path(folder), one)[0]["rows"]
        good = {place: cents(text) for place, text in contents.items() if cents(text) is not None}
        assert (found.rows, found.sums["value"]) == (len(good), sum(good.values()))
        assert found.rejected == sum(cents(text) is None for *_, text in lines)
        assert found.rows + found.duplicates + found.rejected == len(lines)

    check()


def cents(text: str) -> int | None:
    """By Python's Decimal, where the text is a plain number of whole cents."""
    try:
        value = Decimal(text).scaleb(2)
    except InvalidOperation:
        return None
    return int(value) if "e" not in text and value.is_finite() and value == int(value) else None


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_a_column_may_be_used_twice(tmp_path):
    (tmp_path / "rows.csv").write_text("user_id,value\nu1,2\n")
    money, number = field(USD), field(INTEGER, "number", column="value")
    assert values(tmp_path, fact("rows.csv", money, number)) == [2]
    (tmp_path / "rows.csv").write_text("user_id,value\nu1,2.5\n")
    for columns in ((money, number), (number, money)):
        [told] = mistakes(tmp_path, fact("rows.csv", *columns))
        assert told.startswith("rows.csv, row 1: column 'value' holds '2.5', which is not a whole number")
