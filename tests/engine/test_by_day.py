"""The sums of several days, of which nothing is kept, are what counting for each of these days finds."""

import pytest

from liftledger.domain.instant import DAY
from liftledger.engine.by_day import count_by_day
from liftledger.engine.state.sums_kept import KeptSums
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


@pytest.mark.engines("duckdb")
def test_sums_that_are_too_large_to_be_kept_are_counted_day_by_day(asked, monkeypatch):
    scan = world(0).scan(asked, planned(*WATCHED))
    days = range(FIRST // DAY + DAYS - 3, FIRST // DAY + DAYS)
    kept = count_by_day(asked, scan, WATCHED, days)
    monkeypatch.setattr("liftledger.engine.by_day.build", lambda *_: KeptSums("", kept=False))
    counted = count_by_day(asked, scan, WATCHED, days)
    for day in days:
        assert [counted[day].units[cell] for cell in kept[day].units] == list(kept[day].units.values())
        for cell, totals in kept[day].totals.items():
            assert {one: counted[day].totals[cell][one] for one in totals} == totals
