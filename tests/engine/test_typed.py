"""A value is read to the letter, or its row is named: nothing is rounded, guessed or dropped."""

import re
import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftledger.domain.expression import TEXT, TIME, Type
from liftledger.domain.instant import instant, micros
from liftledger.engine.typed import whole_digits
from tests.engine.records import BOOLEAN, INTEGER, JPY, USD, cells, field


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


@given(st.lists(cell, min_size=1, max_size=60, unique=True), st.sampled_from([1, 2, 4, 5, 17]))
@settings(max_examples=60, deadline=None)
def test_what_is_read_of_a_number_is_exactly_what_was_written(texts, scale):
    with tempfile.TemporaryDirectory() as folder:
        found, _ = cells(Path(folder), texts, field(Type("decimal", scale)))
    for text, value in found.items():
        assert Decimal(value).scaleb(-scale) == Decimal(text.strip(" "))
    plain = re.compile(rf" *[+-]?\d{{1,{whole_digits(scale)}}}(\.\d{{1,{scale}}})? *", re.ASCII)
    written = {text for text in texts if plain.fullmatch(text)}
    assert written <= set(found)  # and nothing plain is refused


@given(st.lists(odd, min_size=1, max_size=60, unique=True))
@settings(max_examples=40, deadline=None)
def test_what_is_read_of_a_text_is_exactly_what_was_written(texts):
    with tempfile.TemporaryDirectory() as folder:
        found, rejected = cells(Path(folder), texts, field(TEXT))
    assert found == {text: text for text in texts if text}
    assert rejected == {text for text in texts if not text}


moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31))


@given(st.lists(moments, min_size=1, max_size=60, unique=True), st.sampled_from(["", "Z", "+05:30", "-11:00"]))
@settings(max_examples=40, deadline=None)
def test_times_agree_with_python(stamps, offset):
    with tempfile.TemporaryDirectory() as folder:
        texts = [stamp.isoformat() + offset for stamp in stamps]
        found, _ = cells(Path(folder), texts, field(TIME))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for text in texts:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        assert found[text] == (moment - epoch) // timedelta(microseconds=1)
