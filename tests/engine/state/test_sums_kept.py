"""Kept sums are those of the report, at any midnight, whatever changed since they were built."""

import msgspec
import pytest
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.engine.state.open import open_store
from liftledger.engine.state.sums_kept import build, counted
from liftledger.engine.sums import count
from tests.engine.state.histories import DAYS, FIRST, History, planned
from tests.engine.state.histories import names as numbers
from tests.engine.state.test_unit_days import WORLDS


@pytest.fixture
def store(asked, tmp_path):
    return open_store(asked, tmp_path, f"kept{next(numbers)}")


def at(engine, scan, as_of):
    """The scan of a report of that date: of the units that entered before it."""
    cohorts = []
    for cohort in scan.cohorts:
        view = f"{cohort.table}_{next(numbers)}"
        engine.view(view, exp.select("*").from_(cohort.table).where(f"_start < {as_of}"))
        cohorts.append(msgspec.structs.replace(cohort, table=view))
    return msgspec.structs.replace(scan, as_of=as_of, cohorts=tuple(cohorts), name=f"{scan.name}_{next(numbers)}")


def alike(found, expected):
    """All but the name of the query."""
    assert msgspec.structs.replace(found, query="") == msgspec.structs.replace(expected, query="")


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("of", "studies", "undated"), WORLDS)
def test_one_build_gives_the_sums_of_every_midnight(asked, store, seed, of, studies, undated):
    history = History(seed, of=of, studies=studies, undated=undated)
    scan = history.scan(asked, planned(of=of))
    kept = build(asked, store, scan, 1)
    assert kept.kept
    for day in range(DAYS + 4) if asked.dialect == "duckdb" else (3, DAYS):
        then = at(asked, scan, FIRST + day * DAY)
        alike(counted(asked, store, then, kept), count(asked, then))
