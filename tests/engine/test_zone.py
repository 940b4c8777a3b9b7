"""A zone's clock, read backwards: each time it shows once has its instant, all others have none."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftledger.engine.zone import FIRST, LAST, pieces

EPOCH = datetime(1970, 1, 1)  # a clock's face
SECOND = timedelta(seconds=1)
ODD = (
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Europe/Dublin",
)


def looked_up(clock: datetime, zone: str) -> datetime | None:
    """The instant that the pieces give a clock time."""
    found = pieces(zone)
    local = (clock - EPOCH) // timedelta(microseconds=1)
    offset = found[bisect_right([begin for begin, _ in found], local) - 1][1]
    return None if offset is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=local - offset)


def in_python(clock: datetime, zone: str) -> datetime | None:
    """The same by zoneinfo (PEP 495): both folds, and the way back."""
    instants = {clock.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    shown = {one for one in instants if one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == clock}
    return shown.pop() if len(shown) == 1 else None


zones = st.sampled_from(ODD) | st.sampled_from(sorted(available_timezones()))


@given(zones, st.datetimes(datetime(1970, 1, 3), datetime(2099, 12, 29)))
@settings(max_examples=100, deadline=None)
def test_any_clock_time_agrees_with_zoneinfo(zone, clock):
    assert looked_up(clock, zone) == in_python(clock, zone)


@pytest.mark.parametrize("zone", [*ODD, "Europe/Berlin", "America/New_York", "Antarctica/Troll", "Africa/Monrovia"])
def test_times_around_every_change_agree_with_zoneinfo(zone):
    for begin, _ in pieces(zone)[2:-1]:
        edge = EPOCH + timedelta(microseconds=begin)
        for clock in (edge - SECOND, edge, edge + SECOND):
            assert looked_up(clock, zone) == in_python(clock, zone)


@pytest.mark.parametrize("zone", ODD)
def test_pieces_are_in_order_and_no_change_is_missed(zone):
    begins = [begin for begin, _ in pieces(zone)]
    assert begins == sorted(set(begins))
    # the offset of any noon in the years that are known is the one of its piece
    tz, day = ZoneInfo(zone), FIRST + timedelta(hours=36)
    while day < LAST - timedelta(days=3):
        clock = day.astimezone(tz).replace(tzinfo=None)
        assert looked_up(clock, zone) in (day, None)
        day += timedelta(days=17)


def test_years_beyond_the_known_ones_have_no_instant():
    for clock in (datetime(1969, 6, 1), datetime(2100, 6, 1), datetime(9999, 12, 31)):
        assert looked_up(clock, "Europe/Berlin") is None


def test_samoa_skipped_a_day_and_lord_howe_moves_by_half_an_hour():
    # 30 December 2011 did not happen in Samoa
    assert looked_up(datetime(2011, 12, 30, 12), "Pacific/Apia") is None
    assert looked_up(datetime(2011, 12, 31, 12), "Pacific/Apia") == datetime(2011, 12, 30, 22, tzinfo=UTC)
    assert looked_up(datetime(2026, 10, 4, 2, 15), "Australia/Lord_Howe") is None
    assert looked_up(datetime(2026, 10, 4, 2, 30), "Australia/Lord_Howe") == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
