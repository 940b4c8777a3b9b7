"""A series holds, for each day, what counting for it alone would find."""

import pytest

from liftledger.domain.instant import DAY
from liftledger.engine.state.entering import entering
from liftledger.engine.state.series import series_by_day
from liftledger.engine.state.sums_kept import build
from liftledger.engine.sums import count
from tests.engine.state.test_sums_kept import at, store  # noqa: F401
from tests.engine.state.test_unit_days import world


def expected(engine, scan, products):
    """Of whole arms, the sums that a series can hold."""
    found = count(engine, scan)
    whole = [cell for cell in found.units if cell.segment is None]
    return {
        cell: (
            found.units[cell],
            found.mature[cell],
            found.starts[cell],
            {product: found.totals[cell][product] for product in products},
        )
        for cell in whole
    }


def held(counted):
    return {
        cell: (counted.units[cell], counted.mature[cell], counted.starts[cell], counted.totals[cell])
        for cell in counted.units
    }


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("seed", range(4))
def test_a_day_has_the_sums_of_a_report_of_that_date(asked, store, seed):  # noqa: F811
    history = world(seed)
    scan = history.scan(asked, history.some())
    found = series_by_day(asked, store, scan, build(asked, store, scan, seed))
    products = entering(scan)
    if not history.undated:
        starts = [one.start for entered in history.entered for one in entered.values()]
        assert min(found) == min(starts) // DAY + 1
    assert max(found) == scan.as_of // DAY
    for day in sorted(found)[-8 :: 3 if asked.dialect == "duckdb" else 8]:
        then = at(asked, scan, day * DAY)
        assert held(found[day]) == expected(asked, then, [*products.kept, *products.scaled])
