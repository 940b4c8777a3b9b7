"""The sums of several days, of which nothing is kept, are what counting for each of these days finds."""

import pytest

from liftledger.domain.instant import DAY
from liftledger.engine.by_day import count_by_day
from liftledger.engine.sums import count
from tests.engine.state.histories import DAYS, FIRST, planned
from tests.engine.state.test_sums_kept import at
from tests.engine.state.test_unit_days import world

MORE = {"duckdb": 3, "spark": 20, "postgres": 8}  # days from one that is compared to the one before
WATCHED = ("did", "spent")


@pytest.mark.parametrize("seed", [0])
def test_a_session_gives_the_sums_of_the_reports_of_all_days(asked, seed):
    scan = world(seed).scan(asked, planned("worth", *WATCHED))
    first = FIRST // DAY
    found = count_by_day(asked, scan, WATCHED, range(first, first + DAYS))
    needed = {product for name in WATCHED for product in scan.plan.needs[name].products(scan.plan.binary)}
    compared = 0
    for day in sorted(found)[:: -MORE[asked.dialect]]:
        counted = count(asked, at(asked, scan, day * DAY))
        for cell in (one for one in counted.units if one.segment is None):
            assert found[day].units[cell] == counted.units[cell]
            for name in WATCHED:
                horizon = scan.plan.needs[name].horizon
                assert found[day].mature[cell][horizon] == counted.mature[cell][horizon]
            assert {one: found[day].totals[cell][one] for one in needed} == {
                one: counted.totals[cell][one] for one in needed
            }
            compared += any(counted.totals[cell][one] for one in needed)
    assert compared > 1
