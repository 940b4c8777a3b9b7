"""Kept sums are those of the report, at any midnight, whatever changed since they were built."""

from functools import partial

import msgspec
import pytest
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.engine.engine import SumTooLarge
from liftledger.engine.state import sums_kept
from liftledger.engine.state.open import open_store
from liftledger.engine.state.sums_kept import build, counted, names, needs_rows, refreshed
from liftledger.engine.sums import count
from tests.engine.state.histories import DAYS, FIRST, LAST, day_of, planned
from tests.engine.state.histories import names as numbers
from tests.engine.state.test_unit_days import again, world


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


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("seed", range(5))
def test_one_build_gives_the_sums_of_every_midnight(asked, store, seed):
    history = world(seed)
    scan = history.scan(asked, history.some())
    kept = build(asked, store, scan, next(numbers))
    assert kept.kept
    for day in range(DAYS + 4) if asked.dialect == "duckdb" else (3, DAYS):
        then = at(asked, scan, FIRST + day * DAY)
        alike(counted(asked, store, then, kept), count(asked, then))


@pytest.mark.engines("duckdb", "postgres")
def test_all_kinds_of_metrics_are_kept_at_once(asked, store):
    history = world(0)
    scan = history.scan(asked, planned())
    kept = build(asked, store, scan, next(numbers))
    for as_of in (LAST - 6 * DAY, LAST) if asked.dialect == "duckdb" else (LAST,):
        then = at(asked, scan, as_of)
        alike(counted(asked, store, then, kept), count(asked, then))


def tables(scan):
    return tuple(one.table for one in scan.cohorts)


@pytest.fixture
def few_runs(monkeypatch):
    """Runs are added up often."""
    for limit in ("MANY_DAYS", "MANY_MIDNIGHTS"):
        monkeypatch.setattr(sums_kept, limit, 2)


@pytest.mark.usefixtures("few_runs")
@pytest.mark.parametrize("seed", range(3))
def test_after_any_changes_they_are_the_sums_of_all_rows(asked, store, seed):
    follow(asked, store, seed, 2)


@pytest.mark.usefixtures("few_runs")
@pytest.mark.engines("duckdb")
@pytest.mark.parametrize("seed", range(3, 10))
def test_after_many_changes_they_are_the_sums_of_all_rows(asked, store, seed):
    follow(asked, store, seed, 8)


def follow(asked, store, seed, steps):
    """Rows and units change so many times, and each time a report is made of what is kept."""
    history = world(seed)
    chance, plan = history.chance, history.some()
    as_of = FIRST + chance.randrange(DAYS // 2, DAYS) * DAY
    scan = history.scan(asked, plan, as_of=as_of)
    kept = build(asked, store, scan, next(numbers))
    for _ in range(steps):
        before, was = tables(scan), (as_of, [dict(one) for one in history.entered])
        days = history.change()
        as_of = chance.choice([as_of, as_of, as_of + DAY, as_of + DAY, as_of - 2 * DAY])
        scan = history.scan(asked, plan, as_of=as_of)
        changed = [row for row in history.rows if day_of(history.fact, row) in days]
        kept = refreshed(
            asked,
            store,
            msgspec.structs.replace(scan, table="nowhere"),
            kept,
            next(numbers),
            days=frozenset(days),
            changed=history.scan(asked, plan, rows=changed).table,
            whole=partial(str, scan.table),
            before=None if was == (as_of, history.entered) else before,
        )
        assert kept.kept
        alike(counted(asked, store, scan, kept), count(asked, again(scan)))
        if asked.dialect == "duckdb":
            store.sweep(names(kept))  # nothing else is read again


def never():
    raise AssertionError("all rows were read")


@pytest.mark.engines("duckdb", "postgres")
def test_an_appended_day_is_taken_in_without_reading_any_other(asked, store):
    history = world(0)
    scan = history.scan(asked, history.some())
    kept = build(asked, store, scan, next(numbers))
    history.rows += [("u0", LAST, 3, 1, "buy"), ("u1", LAST + DAY - 1, 3, 1, "buy"), ("stranger", LAST, 3, 1, "buy")]
    later = msgspec.structs.replace(scan, as_of=LAST + DAY, table="nowhere")
    new = history.scan(asked, scan.plan, rows=history.rows[-3:]).table
    after = refreshed(
        asked, store, later, kept, next(numbers), days=frozenset([LAST // DAY]), changed=new, whole=never, before=None
    )
    assert set(after.days) > set(kept.days)
    now = msgspec.structs.replace(scan, as_of=LAST + DAY, table=history.scan(asked, scan.plan).table)
    alike(counted(asked, store, later, after), count(asked, again(now)))


@pytest.mark.engines("duckdb", "postgres")
def test_where_nothing_changed_nothing_is_kept_anew(asked, store):
    history = world(0)
    scan = history.scan(asked, history.some())
    kept = build(asked, store, scan, next(numbers))
    of_no_day = history.scan(asked, scan.plan, rows=[]).table
    same = {"days": frozenset(), "changed": of_no_day, "whole": never}
    assert refreshed(asked, store, scan, kept, next(numbers), before=None, **same) == kept
    assert refreshed(asked, store, scan, kept, next(numbers), before=tables(scan), **same) == kept


@pytest.mark.engines("duckdb", "postgres")
def test_a_plan_that_they_do_not_serve_is_read_from_all_rows(asked, store):
    history = world(0)
    scan = history.scan(asked, planned("spent"))
    kept = build(asked, store, scan, next(numbers))
    other = msgspec.structs.replace(scan, plan=planned("basket"))
    after = refreshed(
        asked, store, other, kept, next(numbers),
        days=frozenset(), changed="nowhere", whole=partial(str, scan.table), before=None,
    )  # fmt: skip
    alike(counted(asked, store, other, after), count(asked, other))


@pytest.mark.engines("duckdb", "postgres")
def test_a_date_that_is_no_midnight_needs_all_rows(asked, store):
    scan = world(0).scan(asked, planned("rows_of"))
    kept = build(asked, store, scan, next(numbers))
    noon = at(asked, scan, LAST - DAY // 2)
    assert needs_rows(noon, kept)
    assert not needs_rows(scan, kept)
    alike(counted(asked, store, noon, kept), count(asked, noon))


@pytest.mark.engines("duckdb", "postgres")
def test_a_number_too_large_to_be_kept_is_read_from_rows_each_time(asked, store):
    """Of a unit and day 64 bits are kept; the limited totals of the report fit."""
    history = world(0)
    history.rows += [("u0", FIRST + 9 * DAY + place, 9 * 10**18, 1, "buy") for place in range(2)]
    history.entered[0]["u0"] = msgspec.structs.replace(history.entry(), start=FIRST + 8 * DAY)
    scan = history.scan(asked, planned("limited"))
    kept = build(asked, store, scan, next(numbers))
    assert not kept.kept
    assert needs_rows(scan, kept)
    alike(counted(asked, store, scan, kept), count(asked, scan))


@pytest.mark.engines("duckdb", "postgres")
def test_a_sum_with_more_than_38_digits_is_said_by_its_metric(asked, store):
    history = world(0)
    history.rows.append(("u0", FIRST + 9 * DAY, 10**13, 1, "buy"))
    history.entered[0]["u0"] = msgspec.structs.replace(history.entry(), start=FIRST + 8 * DAY)
    scan = history.scan(asked, planned("worth"))
    kept = build(asked, store, scan, next(numbers))
    with pytest.raises(SumTooLarge, match="metric 'worth'"):
        counted(asked, store, scan, kept)
