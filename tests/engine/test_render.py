"""Numbers of microseconds, told to people as times and lengths."""

import pytest

from liftledger.domain.instant import DAY, micros
from liftledger.engine.dialect import rendered
from liftledger.engine.render import moment, span


@pytest.mark.parametrize(
    ("literal", "read"),
    [
        (moment(micros("2026-03-01")), "1772323200000000 /* 2026-03-01T00:00:00Z */"),
        (moment(-1), "-1 /* 1969-12-31T23:59:59.999999Z */"),
        (moment(-(10**17)), "-100000000000000000"),  # before the year 1
        (span(14 * DAY), "1209600000000 /* 14d */"),
        (span(DAY // 16), "5400000000 /* 90m */"),
        (span(1), "1"),
    ],
)
def test_a_number_of_microseconds_is_told_beside_it_where_people_read_it(literal, read):
    assert rendered(literal, "duckdb", pretty=True) == read
    assert rendered(literal, "duckdb") == read.partition(" ")[0]
