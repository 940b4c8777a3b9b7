"""Months as whole numbers agree with Python's calendar, from the year 1 to 9999, on every engine."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from liftledger.domain.instant import DAY, EPOCH, instant, micros
from liftledger.engine.calendar import MONTH, begins, even, evened, label, month
from liftledger.engine.render import named
from tests.engine.asked import given_rows

FIRST, LAST = micros("0001-01-01"), micros("9999-12-31T23:59:59.999999")
# around leap days, centuries with and without one, months' and years' lines, 1970 and the ends of the calendar
EDGES = [
    micros(f"{year:04}-{day}") + shift
    for year in (1, 4, 100, 400, 1600, 1899, 1900, 1969, 1970, 1972, 2000, 2023, 2024, 2100, 9999)
    for day in ("01-01", "01-31", "02-28", "03-01", "03-31", "04-01", "12-31")
    for shift in (-1, 0, 1, DAY - 1, DAY)
    if FIRST <= micros(f"{year:04}-{day}") + shift <= LAST
]


def by_the_calendar(at):
    moment = EPOCH + timedelta(microseconds=at)
    passed = moment.replace(tzinfo=None) - datetime(moment.year, moment.month, 1)
    return 31 * DAY * (12 * moment.year + moment.month - 1) + passed // timedelta(microseconds=1)


def test_every_engine_knows_the_even_calendar(asked):
    edges = given_rows(asked, ["BIGINT"], [(str(at),) for at in EDGES])
    query = evened(exp.select(named(exp.column("a"), "_at")).from_(edges))
    found = asked.rows("even", exp.select("_at", "_even").from_(query.subquery("evened")))
    assert dict(found) == {at: by_the_calendar(at) for at in EDGES}


@given(st.integers(FIRST, LAST))
def test_an_instant_is_where_its_month_began_and_what_has_passed_of_it(at):
    assert even(at) == by_the_calendar(at)
    assert label(month(at)) == instant(at)[:7]
    assert even(at) - month(at) * MONTH == at - begins(month(at))


@given(st.integers(FIRST, LAST), st.integers(FIRST, LAST))
def test_instants_keep_their_order(one, other):
    assert (even(one) < even(other)) == (one < other)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-15", "2024-02-15", 1),
        ("2024-01-15", "2024-02-14T23:59:59.999999", 0),
        ("2024-01-31", "2024-02-29T23:59:59", 0),
        ("2024-01-31", "2024-03-01", 1),
        ("2024-01-31", "2024-03-31", 2),
        ("2024-02-29", "2025-02-28", 11),
        ("2024-02-29", "2025-03-01", 12),
        ("2023-12-31T12:00", "2024-12-31T12:00", 12),
    ],
)
def test_whole_months_between(start, end, months):
    assert (even(micros(end)) - even(micros(start))) // MONTH == months
