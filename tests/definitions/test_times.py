"""Durations, instants and formats become whole microseconds, or a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.definitions import times
from liftledger.definitions.notes import Unfit

HOUR = 3_600_000_000


@pytest.mark.parametrize(("text", "hours"), [("90m", 1.5), ("12h", 12), ("14d", 14 * 24), ("2w", 14 * 24), ("0d", 0)])
def test_durations(text, hours):
    assert times.duration(text) == hours * HOUR


@pytest.mark.parametrize("text", ["", "d", "1.5d", "1D", "1 d", "14", "-1d", "1y", "1mo", "999999999w", "١d"])
def test_what_is_no_duration(text):
    with pytest.raises(Unfit):
        times.duration(text)


@pytest.mark.parametrize("text", ["0m", "0d"])
def test_a_window_is_longer_than_nothing(text):
    with pytest.raises(Unfit, match="is '0"):
        times.positive_duration(text)


@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_instants_are_microseconds_since_1970_in_utc(moment):
    expected = (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    assert times.instant(moment.isoformat(" ")) == times.instant(moment.isoformat() + "Z") == expected
    assert times.instant(moment.isoformat() + "+05:30") == expected - 5.5 * HOUR


@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_an_instant_is_shown_as_it_can_be_written(moment):
    assert times.instant(times.shown(times.instant(moment.isoformat()))) == times.instant(moment.isoformat())


@pytest.mark.parametrize("text", ["1969-12-31", "2200-01-01", "9999-12-31"])
def test_a_study_s_time_is_within_reason(text):
    assert times.instant(text)
    with pytest.raises(Unfit) as unfit:
        times.moment(text)
    assert unfit.value.cure == "it lies between 1970-01-01 and 2200-01-01"


def test_a_day_ends_where_the_next_begins():
    assert times.day_end("2024-02-28") == times.instant("2024-02-29")
    assert times.day_end("2024-02-29") == int(datetime(2024, 3, 1, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-1-5", "05.01.2026", "2026-13-01", "2026-02-30", "2026-01-05T25:00", "20260105", "now"]
)
def test_what_is_no_instant(text):
    with pytest.raises(Unfit):
        times.instant(text)


@pytest.mark.parametrize(
    "text", ["iso", "unix_s", "unix_ms", "unix_us", "%Y-%m-%d", "%d-%m-%Y %H:%M", "%b %d, %y %I:%M:%S %p", "%d/%m/%Y%z"]
)
def test_formats_that_fix_a_day(text):
    assert times.time_format(text) == text


@pytest.mark.parametrize(
    ("text", "found", "cure"),
    [
        ("%m-%d", "is '%m-%d', which leaves out the year", "add %Y"),
        ("%Y-%m", "is '%Y-%m', which leaves out the day", "add %d"),
        ("%Y-%d", "is '%Y-%d', which leaves out the month", "add %m"),
        ("%Y-%m-%d %Q", "is '%Y-%m-%d %Q', where %Q is unknown", "use %Y %y %m %b %B %d %H %I %p %M %S %f %z"),
        ("%d-%d-%m-%Y", "is '%d-%d-%m-%Y', where %d stands twice", "keep one of them"),
        ("%d-%b-%m-%Y", "is '%d-%b-%m-%Y', where %b and %m say the same", "keep one of them"),
        ("%y %d-%m-%Y", "is '%y %d-%m-%Y', where %y and %Y say the same", "keep one of them"),
        ("%d-%m-%Y %H %I %p", "is '%d-%m-%Y %H %I %p', where %H and %I say the same", "keep one of them"),
        ("%Y-%m-%d %I:%M", "is '%Y-%m-%d %I:%M'", "%I (hours to 12) and %p (AM or PM) go together; %H counts to 24"),
        ("unix_sec", "", "did you mean 'unix_s'?"),
        ("DD-MM-YYYY", "", "it takes iso, unix_s, unix_ms, unix_us or a pattern like %d-%m-%Y"),
    ],
)
def test_formats_that_do_not(text, found, cure):
    with pytest.raises(Unfit) as unfit:
        times.time_format(text)
    assert (unfit.value.found, unfit.value.cure) == (found, cure)


def test_zones_are_those_of_iana():
    assert times.zone("Europe/Berlin") == "Europe/Berlin"
    with pytest.raises(Unfit) as unfit:
        times.zone("Europe/Berln")
    assert unfit.value.cure == "did you mean 'Europe/Berlin'?"
