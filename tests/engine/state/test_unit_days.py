"""Measures added up from unit-days are the measures of the rows, whatever the report's date."""

import msgspec
import pytest
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.engine.render import column, integer
from liftledger.engine.state.unit_days import unit_days, units_of_days
from liftledger.engine.sums import count
from liftledger.engine.units import units
from tests.engine.state.histories import DAYS, FIRST, LAST, History, planned

WORLDS = [("events", 2, False), ("events", 1, False), ("people", 2, False), ("events", 1, True), ("people", 1, True)]


def world(seed):
    """Worlds of every kind come in turn."""
    of, studies, undated = WORLDS[seed % len(WORLDS)]
    return History(seed, of=of, studies=studies, undated=undated)


def kept(table):
    return exp.select("*").from_(table)


def again(scan):
    """Under another name: percentiles keep a table that is called after it."""
    return msgspec.structs.replace(scan, name=f"{scan.name}_of_rows")


def adding(engine, scan, query):
    """Units with a measure of rows other than 0: the others add nothing, and need not be there."""
    adds = exp.or_(*(exp.NEQ(this=column(key), expression=integer(0)) for key in scan.reading))
    return sorted(engine.rows("units", exp.select(exp.Star()).from_(query.subquery("units")).where(adds)))


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("seed", range(5))
def test_units_of_days_are_the_units_of_the_rows(asked, seed):
    history = world(seed)
    scan = history.scan(asked, planned(of=history.fact.name))
    days = f"days_{scan.name}"
    asked.table(days, unit_days(scan))
    for as_of in (LAST, *(FIRST + history.chance.randrange(1, DAYS) * DAY for _ in range(3))):
        then = msgspec.structs.replace(scan, as_of=as_of)
        assert adding(asked, then, units_of_days(then, kept(days))) == adding(asked, then, units(then))


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("seed", range(2))
def test_counting_from_unit_days_is_counting_from_rows(asked, seed):
    history = History(seed)
    scan = history.scan(asked, history.some())
    days = f"days_{scan.name}"
    asked.table(days, unit_days(scan))
    found = count(asked, scan, units_of_days(scan, kept(days)))
    assert found == msgspec.structs.replace(count(asked, again(scan)), query=found.query)
