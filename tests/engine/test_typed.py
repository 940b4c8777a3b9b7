"""A value is read to the letter, or its row is named: nothing is rounded, guessed or dropped."""

import math
import re
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from sqlglot import exp

from liftledger.domain.expression import TEXT, TIME, Type
from liftledger.domain.instant import instant, micros
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.typed import shown, typed, whole_digits, with_instants
from tests.engine.asked import given_rows
from tests.engine.records import BOOLEAN, INTEGER, JPY, USD, cells, field

pytestmark = pytest.mark.usefixtures("engine")


def read(folder, column, *texts):
    """What the texts are read as; None where they do not fit."""
    found, _ = cells(folder, texts, column)
    return [found.get(text) for text in texts]


MONEY = {"12.50": 1250, "12.5": 1250, "12.500": 1250, "12.": 1200, "12": 1200, "+3": 300, "-0.01": -1, ".5": 50}
MONEY |= {" 7 ": 700, "-.05": -5, "0012.30": 1230, "99999999999999.99": 9999999999999999}
NO_MONEY = ["12.345", "12,50", "$12", "12 USD", "1e3", "1e308", "NaN", "inf", "-", ".", "1_000", "1,000", "--1", "1 2"]
NO_MONEY += ["٣.٥", "0x10", "100000000000000", "TRUE", "NULL", "(12)", "12-", "\t1", "1\n"]


def test_money_becomes_minor_units_of_its_currency(tmp_path):
    assert read(tmp_path, field(USD), *MONEY, *NO_MONEY) == [*MONEY.values(), *[None] * len(NO_MONEY)]


def test_a_currency_without_minor_unit_has_no_cents(tmp_path):
    assert read(tmp_path, field(JPY), "500", "500.0", "500.5", "-3", ".0") == [500, 500, None, -3, None]


def test_integers(tmp_path):
    texts = ["5", "5.0", "-5.00", "+5", "007", "-0", "999999999999999999"]
    assert read(tmp_path, field(INTEGER), *texts) == [5, 5, -5, 5, 7, 0, 999999999999999999]
    wrong = ["1.7", "0x10", "1e308", "1e3", "NaN", "inf", "-inf", "1_000", "١٢", "1,7", "1000000000000000000", "", " "]
    assert read(tmp_path, field(INTEGER), *wrong) == [None] * len(wrong)


def test_a_count_is_never_negative(tmp_path):
    assert read(tmp_path, field(INTEGER, count=True), "0", "3", "+3", "-1", "-0.0") == [0, 3, 3, None, None]


def test_booleans(tmp_path):
    texts = {"true": True, "T": True, "Yes": True, "y": True, "1": True, "FALSE": False, "no": False, "0": False}
    wrong = ["2", "on", "ja", "1.0", "-1", "truee"]
    assert read(tmp_path, field(BOOLEAN), *texts, *wrong) == [*texts.values(), *[None] * len(wrong)]


def test_decimal_comma_and_grouping(tmp_path):
    german = field(USD, decimal=",", thousands=".")
    texts = ["1.234,56", "1234,56", "1.234.567", "-1.234,5", "12.34", "1.23,4", "1,234.56", ",5", "1..234", ".234"]
    assert read(tmp_path, german, *texts) == [123456, 123456, 123456700, -123450, None, None, None, 50, None, None]
    swiss = field(USD, thousands="'")
    assert read(tmp_path, swiss, "1'234.50", "1234.5", "12'34", "'234", "1''234") == [123450, 123450, None, None, None]
    french = field(USD, decimal=",", thousands=" ")
    assert read(tmp_path, french, "1 234 567,8", "1 23", " 12 ", "12 345") == [123456780, None, 1200, 1234500]
    narrow = field(INTEGER, thousands="\u202f")  # narrow no-break space, as French exports have it
    assert read(tmp_path, narrow, "1\u202f234", "1 234") == [1234, None]


def test_text_is_kept_as_it_is(tmp_path):
    texts = ["a", " a ", "O'Brien", 'say "x"', "a,b", "a\nb", "ünï 🙂", "NULL", "nan", "\\N", "a\r\nb"]
    assert read(tmp_path, field(TEXT), *texts) == texts


def test_blanks_are_missing_where_they_may_be_and_misfits_elsewhere(tmp_path):
    found, wrong = cells(tmp_path, ["", "  ", "1"], field(USD, optional=True))
    assert (found, wrong) == ({"": None, "  ": None, "1": 100}, set())
    found, wrong = cells(tmp_path, ["", "x", "1"], field(USD, optional=True))
    assert (found, wrong) == ({"": None, "1": 100}, {"x"})
    assert cells(tmp_path, ["", "1"], field(USD))[1] == {""}
    assert cells(tmp_path, [""], field(TEXT, optional=True))[0] == {"": None}


ISO = {
    "2026-01-31": "2026-01-31",
    "2026-01-31 12:30": "2026-01-31T12:30Z",
    "2026-01-31T12:30:15": "2026-01-31T12:30:15Z",
    "2026-01-31T12:30:15.5Z": "2026-01-31T12:30:15.500000Z",
    "2026-01-31T12:30:15.123456789Z": "2026-01-31T12:30:15.123456Z",
    "2026-01-31 12:30:15.1234567": "2026-01-31T12:30:15.123456Z",
    "2026-01-31T12:30+02:00": "2026-01-31T10:30Z",
    "2026-01-31T12:30:00-0330": "2026-01-31T16:00Z",
    "2026-01-31T12:30:00+05": "2026-01-31T07:30Z",
    "1969-12-31T23:59:59Z": "1969-12-31T23:59:59Z",
    "0001-01-01": "0001-01-01",
    "9999-12-31": "9999-12-31",
    "9999-12-31T23:59:59Z": "9999-12-31T23:59:59Z",
}
NO_ISO = ["31-01-2026", "2026-02-30", "2026-1-1", "2026-01-31T25:00", "2026-01-31T12", "20260131", "infinity", "epoch"]
NO_ISO += [
    "2026-01-31T12:30+99:99",
    "2026-01-31T12:30+16",
    "0000-01-01",
    "now",
    "today",
    "2026-01-31 12:30 PST",
    "12026-01-31",
]


def test_times_in_iso_are_utc_unless_they_say_otherwise(tmp_path):
    assert read(tmp_path, field(TIME), *ISO, *NO_ISO) == [*map(micros, ISO.values()), *[None] * len(NO_ISO)]


def test_declared_formats(tmp_path):
    def times(format_, *texts):
        return [value and instant(value) for value in read(tmp_path, field(TIME, format=format_), *texts)]

    german = times("%d-%m-%Y", "31-01-2026", "1-2-2026", "2026-01-31", "31-01-26", "30-02-2026", "infinity", "epoch")
    assert german == ["2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z", *[None] * 5]
    clock = times("%m/%d/%Y %I:%M %p", "01/31/2026 12:05 AM", "1/31/2026 1:05 pm", "01/31/2026 13:05 PM")
    assert clock == ["2026-01-31T00:05:00Z", "2026-01-31T13:05:00Z", None]
    offset = times(
        "%Y-%m-%d %H:%M:%S %z", "2026-01-31 12:00:00 +0200", "2026-01-31 12:00:00 -03:30", "2026-01-31 12:00:00"
    )
    assert offset == ["2026-01-31T10:00:00Z", "2026-01-31T15:30:00Z", None]
    assert times("%d %b %y", "31 Jan 26", "31 xyz 26") == ["2026-01-31T00:00:00Z", None]
    assert times("%Y-%m-%d %H:%M:%S UTC", "2026-01-31 12:00:00 UTC") == ["2026-01-31T12:00:00Z"]
    assert times("%Y%m%d", "20260131", "2026131") == ["2026-01-31T00:00:00Z", None]


@pytest.mark.parametrize(("format_", "factor"), [("unix_s", 1_000_000), ("unix_ms", 1_000), ("unix_us", 1)])
def test_unix_times(tmp_path, format_, factor):
    at = micros("2026-01-31T12:30:15Z")
    years = [
        str(at // factor),
        str(-5),
        str(253_402_300_800_000_000 // factor),
        "1.5",
        "999999999999999999",
        "2026-01-31",
    ]
    assert read(tmp_path, field(TIME, format=format_), *years) == [at, -5 * factor, None, None, None, None]


def test_local_times_that_a_clock_skips_or_repeats_do_not_fit(tmp_path):
    # Berlin 2026: 29 March 02:00 -> 03:00, 25 October 03:00 -> 02:00
    berlin = field(TIME, timezone="Europe/Berlin")
    texts = ["2026-03-29 01:59:59", "2026-03-29 02:00:00", "2026-03-29 02:59:59", "2026-03-29 03:00:00"]
    assert read(tmp_path, berlin, *texts) == [
        micros("2026-03-29T00:59:59Z"),
        None,
        None,
        micros("2026-03-29T01:00:00Z"),
    ]
    texts = ["2026-10-25 01:59:59", "2026-10-25 02:00:00", "2026-10-25 02:59:59", "2026-10-25 03:00:00"]
    assert read(tmp_path, berlin, *texts) == [
        micros("2026-10-24T23:59:59Z"),
        None,
        None,
        micros("2026-10-25T02:00:00Z"),
    ]
    # an offset says which of the two it is
    assert read(tmp_path, berlin, "2026-10-25T02:30:00+01:00") == [micros("2026-10-25T01:30:00Z")]
    day = field(TIME, timezone="Europe/Berlin", format="%d.%m.%Y %H:%M")
    assert read(tmp_path, day, "29.03.2026 02:30", "01.07.2026 00:00") == [None, micros("2026-06-30T22:00:00Z")]


# ---------------------------------------------------------------------------------------------- whatever is in a cell

numeric = st.text(alphabet="0123456789.,-+eE_ x'", min_size=0, max_size=22)
odd = st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=12)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)
cell = st.one_of(numeric, odd, numbers, st.integers(-(10**20), 10**20).map(str), st.floats().map(repr))


@pytest.mark.engines("duckdb", "postgres")  # Spark has its batches below
def test_what_is_read_of_a_number_is_exactly_what_was_written():
    @given(st.lists(cell, min_size=1, max_size=60, unique=True), st.sampled_from([1, 2, 4, 5, 17]))
    def check(texts, scale):
        with tempfile.TemporaryDirectory() as folder:
            found, _ = cells(Path(folder), texts, field(Type("decimal", scale)))
        for text, value in found.items():
            assert Decimal(value).scaleb(-scale) == Decimal(text.strip(" "))
        plain = re.compile(rf" *[+-]?\d{{1,{whole_digits(scale)}}}(\.\d{{1,{scale}}})? *", re.ASCII)
        written = {text for text in texts if plain.fullmatch(text)}
        assert written <= set(found)  # and nothing plain is refused

    check()


@pytest.mark.engines("duckdb", "postgres")  # Spark has its batches below
def test_what_is_read_of_a_text_is_exactly_what_was_written():
    @given(st.lists(odd, min_size=1, max_size=60, unique=True))
    def check(texts):
        with tempfile.TemporaryDirectory() as folder:
            found, rejected = cells(Path(folder), texts, field(TEXT))
        assert found == {text: text for text in texts if text}
        assert rejected == {text for text in texts if not text}

    check()


moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31))


@pytest.mark.engines("duckdb", "postgres")  # Spark has its batches below
def test_times_agree_with_python():
    @given(st.lists(moments, min_size=1, max_size=60, unique=True), st.sampled_from(["", "Z", "+05:30", "-11:00"]))
    def check(stamps, offset):
        with tempfile.TemporaryDirectory() as folder:
            texts = [stamp.isoformat() + offset for stamp in stamps]
            found, _ = cells(Path(folder), texts, field(TIME))
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        for text in texts:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            assert found[text] == (moment - epoch) // timedelta(microseconds=1)

    check()


# ----------------------------------------------------------------------------------------- columns of an engine's types


def of(engine, source_type, column, *texts):
    """What the values of a native column, written as PostgreSQL and DuckDB write them, are read as."""
    source = exp.column("a", quoted=True)
    query = exp.select(exp.Star()).from_(given_rows(engine, [source_type], [(text,) for text in texts]))
    whole = with_instants(query, [msgspec.structs.replace(column, column="a")], {"a": source_type}).subquery("rows")
    found = engine.rows(
        "read", exp.select("_row", exp.alias_(typed(source, source_type, column), "value")).from_(whole)
    )
    return [value for _, value in sorted(found)]


FLOATING = ["1.5", "0.1", "0.29", "-0.0", "17.0", "1e7", "1e-5", "0.001", "12.345", "0.30000000000000004"]
FLOATING += ["NaN", "Infinity", "-Infinity", "1e15", "1e16", "1e300", "4503599627370495", "-4503599627370496", "2.675"]
FLOATING += ["22517998136.85", "-1234567.89", "0.005", "123456789012.34"]


def written_as(number, scale):
    """A float as the whole number of its last digits by Python, which prints the fewest digits that name it."""
    if not math.isfinite(number) or abs(number) >= 2 ** (52 - (scale > 0)) // 10**scale:
        return None
    scaled = Decimal(repr(number)).scaleb(scale)
    return int(scaled) if scaled == scaled.to_integral_value() else None


@pytest.mark.parametrize("scale", [0, 2, 4, 5])
def test_floats_are_the_numbers_that_people_wrote(asked, scale):
    column = field(Type("decimal", scale))
    expected = [written_as(float(text), scale) for text in FLOATING]
    if scale == 4:  # at most ten digits before the point
        expected = [None if value is not None and abs(value) >= 10**14 else value for value in expected]
    assert of(asked, "DOUBLE", column, *FLOATING) == expected


def test_a_count_of_floats_is_not_negative(asked):
    assert of(asked, "DOUBLE", field(INTEGER, count=True), "-1", "-0.0", "3", None) == [None, 0, 3, None]


def test_short_floats(asked):
    texts = ["12.35", "0.1", "83886.08", "NaN", "0.1234567"]
    assert of(asked, "FLOAT", field(USD), *texts) == [1235, 10, None, None, None]


def test_ids_in_a_column_of_floats(asked):
    texts = ["17.0", "-3", "0.5", "-0.0", "1234567.25", "1e15", "1e16", "1e-7", "NaN", "Infinity", None]
    ids = ["17", "-3", "0.5", "0", "1234567.25", "1000000000000000", None, None, None, None, None]
    assert of(asked, "DOUBLE", field(), *texts) == ids
    assert of(asked, "FLOAT", field(), "17", "0.1", "2.125", "0.1234567") == ["17", "0.1", "2.125", None]
    assert of(asked, "DOUBLE", field(BOOLEAN), "1", "0", "0.5") == [True, False, None]
    compact = field(TIME, format="%Y%m%d")
    assert of(asked, "DOUBLE", compact, "20260131", "20260230") == [micros("2026-01-31"), None]


def test_whole_numbers_of_every_width(asked):
    for kind in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"):
        assert of(asked, kind, field(USD), "-127", "0", None) == [-12700, 0, None]
        assert of(asked, kind, field(INTEGER, count=True), "127", "-1") == [127, None]
        assert of(asked, kind, field(), "7") == ["7"]
        assert of(asked, kind, field(BOOLEAN), "1", "0", "2") == [True, False, None]
    huge = ["9223372036854775807", "-9223372036854775808", "999999999999999999", "1000000000000000000"]
    assert of(asked, "BIGINT", field(INTEGER), *huge) == [None, None, 999999999999999999, None]
    assert of(asked, "BIGINT", field(USD), "99999999999999", "100000000000000") == [9999999999999900, None]


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("DECIMAL(9, 1)", [1250, -10, 0]),
        ("DECIMAL(9, 2)", [1250, -10, 0]),
        ("DECIMAL(18, 4)", [1250, -10, 0]),
        ("DECIMAL(38, 10)", [1250, -10, 0]),
    ],
)
def test_decimals_of_fewer_and_more_digits_than_the_field(asked, kind, read):
    assert of(asked, kind, field(USD), "12.5", "-0.1", "0") == read
    assert of(asked, kind, field(Type("decimal", 6)), "12.5", "-0.1", "0") == [one * 10**4 for one in read]
    assert of(asked, kind, field(INTEGER), "12.5", "-3", "0") == [None, -3, 0]


def test_decimals_with_too_many_digits(asked):
    assert of(asked, "DECIMAL(18, 4)", field(USD), "0.0001", "0.0100", "-0.0010") == [None, 1, None]
    assert of(asked, "DECIMAL(38, 2)", field(USD), "1" + "0" * 35, "99999999999999.99") == [None, 9999999999999999]
    assert of(asked, "DECIMAL(18, 4)", field(), "12.5", "0.0001") == ["12.5000", "0.0001"]


def test_dates_and_times_of_their_own_types(asked):
    days = ["2026-01-31", "0001-01-01", "9999-12-31", "1969-12-31", None]
    assert of(asked, "DATE", field(TIME), *days) == [day and micros(day) for day in days]
    clocks = ["2026-01-31 12:30:15.123456", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", None]
    expected = [clock and micros(clock.replace(" ", "T") + "Z") for clock in clocks]
    assert of(asked, "TIMESTAMP", field(TIME), *clocks) == expected
    assert of(asked, "TIMESTAMP WITH TIME ZONE", field(TIME), *(c and f"{c}+00:00" for c in clocks)) == expected


def test_dates_and_times_as_text(asked):
    assert of(asked, "DATE", field(), "2026-01-31", None) == ["2026-01-31", None]
    assert of(asked, "TIMESTAMP", field(), "2026-01-31 12:00:00.5") == ["2026-01-31 12:00:00.5"]
    assert of(asked, "TIMESTAMP WITH TIME ZONE", field(), "2026-01-31 12:00:00+00:00") == ["2026-01-31 12:00:00+00"]
    assert of(asked, "BOOLEAN", field(), "true", "false", None) == ["true", "false", None]
    assert of(asked, "BOOLEAN", field(BOOLEAN), "true", "false", None) == [True, False, None]


@pytest.mark.engines("duckdb", "postgres")
def test_days_without_end_or_beyond_the_calendar_do_not_fit(asked):
    for kind, beyond in {"DATE": "10000-01-01", "TIMESTAMP": "10000-01-01 00:00:00"}.items():
        for column in (field(TIME), field()):
            assert of(asked, kind, column, "infinity", "-infinity", beyond) == [None] * 3
    assert of(asked, "DATE", field(TIME), "5000000-01-01") == [None]
    assert of(asked, "TIMESTAMP WITH TIME ZONE", field(TIME), "infinity", "10000-01-01 00:00:00+00") == [None, None]


@pytest.mark.engines("postgres")
def test_numbers_without_declared_digits(asked):
    texts = ["12.50", "-0.1", "0.001", "NaN", "Infinity", "1e30", "1e-30"]
    assert of(asked, "NUMERIC", field(USD), *texts) == [1250, -10, None, None, None, None, None]


def test_people_are_told_of_a_cell_in_one_way():
    for written in ("1e+16", "1.0E16", "1E16"):
        assert shown(written, "DOUBLE") == "1e+16"
    assert [shown(one, "DOUBLE") for one in ("NaN", "Infinity", "17", "-0.0")] == ["nan", "inf", "17.0", "-0.0"]
    instants = [shown(f"2026-01-31 12:00:00{end}", "TIMESTAMP WITH TIME ZONE") for end in ("", "+00")]
    assert instants == ["2026-01-31 12:00:00+00"] * 2
    assert shown(None, "DOUBLE") == shown("", "VARCHAR") == ""
    assert shown("1E16", "VARCHAR") == "1E16"


def test_times_of_a_zone_from_every_type(asked):
    berlin = field(TIME, timezone="Europe/Berlin")
    # 2026: 29 March 02:00 -> 03:00, 25 October 03:00 -> 02:00
    clocks = ["2026-03-29 01:59:59", "2026-03-29 02:30:00", "2026-07-01 00:00:00", "2026-10-25 02:30:00", None]
    read = [micros("2026-03-29T00:59:59Z"), None, micros("2026-06-30T22:00:00Z"), None, None]
    assert of(asked, "TIMESTAMP", berlin, *clocks) == read
    assert of(asked, "VARCHAR", berlin, *clocks) == read
    assert of(asked, "DATE", berlin, "2026-07-01") == [read[2]]
    # an instant is one, wherever clocks hang
    assert of(asked, "TIMESTAMP WITH TIME ZONE", berlin, "2026-03-29 02:30:00+00:00") == [
        micros("2026-03-29T02:30:00Z")
    ]


FORMATS = ("%d-%m-%Y", "%m/%d/%y %I:%M %p", "%Y%m%d%H%M%S", "%d %b %Y %H:%M:%S.%f", "%B %d, %Y", "%Y-%m-%d %H:%M %z")
FORMATS += ("%y%m%d", "%d.%B.%y %I%p", "%b%d%Y", "100%% %Y/%m/%d", "%z %Y-%m-%d %H:%M:%S")
dated = st.datetimes(datetime(1971, 1, 1), datetime(2068, 12, 31))


def scribbled(stamp, format_, how):
    """A time in a format, sometimes without leading zeros, in another case, or spoilt."""
    text = stamp.replace(tzinfo=timezone(timedelta(minutes=how % 1800 - 900))).strftime(format_)
    if how % 3 == 1:
        text = re.sub(r"\b0([0-9])", r"\1", text)
    if how % 5 == 1:
        text = text.upper()
    if how % 5 == 2:
        text = text.lower()
    if how % 7 == 1:
        text = re.sub(r"[0-9]{2}", lambda two: f"{how % 100:02}", text, count=1 + how % 2)
    if how % 11 == 1:
        text = f" {text}\u00a0"
    if how % 13 == 1:
        text = text[: how % 9] + text[1 + how % 9 :]
    return text


@pytest.mark.parametrize("format_", ["iso", *FORMATS])
def test_written_times_are_read_as_duckdb_reads_them(asked, format_):
    @seed(20260131)
    @settings(max_examples=1, database=None)
    @given(st.lists(st.tuples(dated, st.integers(0, 10**6)), min_size=150, max_size=150))
    def check(drawn):
        own = [scribbled(stamp, "%Y-%m-%dT%H:%M:%S%z" if format_ == "iso" else format_, how) for stamp, how in drawn]
        texts = [*own, *ISO, *NO_ISO, "02/29/2027", "29-02-2027", "31-04-2026", "20260230", "20260631", "  "]
        with Duck(threads=1) as duck:
            wanted = of(duck, "VARCHAR", field(TIME, format=format_), *texts)
        assert of(asked, "VARCHAR", field(TIME, format=format_), *texts) == wanted
        assert sum(value is not None for value in wanted) > 50

    check()


def test_cells_of_any_text_are_read_alike(asked):
    @seed(20260131)
    @settings(max_examples=1, database=None)
    @given(st.lists(cell, min_size=250, max_size=250))
    def check(drawn):
        texts = [
            *drawn,
            *MONEY,
            *NO_MONEY,
            "\u00a012\u2003",
            "1\u00a0234,5",
            "TRUE",
            " yes ",
            "ſ",
            "\u212a",
            "",
            "   ",
            None,
        ]
        columns = [field(USD), field(INTEGER, count=True), field(BOOLEAN), field(Type("decimal", 5)), field()]
        columns += [field(USD, decimal=",", thousands="."), field(USD, decimal=",", thousands="\u00a0"), field(TIME)]
        columns += [field(TIME, format="unix_ms")]
        for column in columns:
            with Duck(threads=1) as duck:
                wanted = of(duck, "VARCHAR", column, *texts)
            assert of(asked, "VARCHAR", column, *texts) == wanted

    check()
