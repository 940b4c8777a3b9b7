"""A series holds, for each day and each age, what counting for it alone would find."""

import msgspec
import pytest

from liftledger.domain.instant import DAY
from liftledger.domain.measure import Plan
from liftledger.engine.state.entering import entering
from liftledger.engine.state.series import series_by_age, series_by_day
from liftledger.engine.state.sums_kept import build
from liftledger.engine.sums import count
from tests.engine.state.test_sums_kept import at, store  # noqa: F401
from tests.engine.state.test_unit_days import world

HAS_TIME = (0, 1)  # seeds of worlds of dated facts and studies


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


def cut(plan: Plan, age: int) -> Plan:
    """Every window ends so many days after the start, and every unit is observed for so long."""
    until = age * DAY

    def shorter(measure):
        low, high = measure.span.low, measure.span.high
        if low >= 0:
            high = max(low, until if high is None else min(high, until))
        return msgspec.structs.replace(measure, span=msgspec.structs.replace(measure.span, high=high), horizon=until)

    return Plan(
        {name: shorter(one) for name, one in plan.measures.items()},
        {name: msgspec.structs.replace(one, horizon=until) for name, one in plan.needs.items()},
    )


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("seed", HAS_TIME)
def test_an_age_has_the_sums_of_windows_cut_there_over_the_units_observed_for_so_long(asked, store, seed):  # noqa: F811
    history = world(seed)
    scan = history.scan(asked, history.some())
    found = series_by_age(asked, store, scan, build(asked, store, scan, seed + 10))
    starts = [one.start for entered in history.entered for one in entered.values()]
    assert list(found) == list(range((scan.as_of - min(starts)) // DAY + 1))
    for age in range(0, len(found), 2 if asked.dialect == "duckdb" else 8):
        observed = {cell: (n, totals) for cell, (n, totals) in mature(count(asked, again(scan, age)), age).items() if n}
        assert {cell: (one, found[age].totals[cell]) for cell, one in found[age].units.items()} == {
            cell: (n, {product: totals[product] for product in found[age].totals[cell]})
            for cell, (n, totals) in observed.items()
        }


def again(scan, age):
    return msgspec.structs.replace(scan, name=f"{scan.name}_{age}", plan=cut(scan.plan, age))


def mature(counted, age):
    return {
        cell: (counted.mature[cell][age * DAY], counted.totals[cell]) for cell in counted.units if cell.segment is None
    }
