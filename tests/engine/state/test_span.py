"""Rows of some days: a condition that the table itself can answer, and that leaves out none of theirs."""

import pytest
from sqlglot import exp

from liftledger.domain.expression import TIME
from liftledger.engine.columns import Columns
from liftledger.engine.sources.source import open_source
from liftledger.engine.state.days import day_of
from liftledger.engine.state.span import of_days
from tests.engine.direct import dated
from tests.engine.records import field

DAY = 86_400_000_000
FIRST = 20454  # 2026-01-01
EDGES = "00:00:00", "23:59:59.999999"
DAYS = "1969-12-31", "1970-01-01", "2025-12-31", "2026-01-01", "2026-01-02"
STAMPS = [f"{day} {edge}" for day in DAYS for edge in EDGES]


def table(type_: str, values) -> list[str]:
    rows = ", ".join(f"('u{place}', {value})" for place, value in enumerate(values))
    return [f"CREATE TABLE events (user_id text, happened {type_})", f"INSERT INTO events VALUES {rows}"]


def stamped(type_: str) -> list[str]:
    return table(type_, [f"CAST('{one}' AS {type_})" for one in STAMPS])


def read(tables, days, time) -> tuple[int, dict[int, int]]:
    """How many rows are read for some days, and how many of them each of these has; it has as many as there are."""
    fact = tables.found(dated("events", time=time))
    with tables.engine() as engine:
        raw = open_source(engine, fact, tables.folder)
        found = {}
        for name, source in (("all", raw), ("few", of_days(raw, days))):
            typed = exp.select(exp.alias_(day_of(), "_day")).from_(
                Columns(source, number=False).rows().subquery("rows")
            )
            each = exp.select("_day", "COUNT(*)").from_(typed.subquery("days")).group_by("_day")
            found[name] = dict(engine.rows("days", each))
    ours = {day: count for day, count in found["few"].items() if day in days}
    assert ours == {day: count for day, count in found["all"].items() if day in days}
    return sum(found["few"].values()), ours


@pytest.mark.parametrize("type_", ["timestamp", "date", "timestamp with time zone"])
def test_the_days_of_a_column_of_time_are_all_that_is_read(tables, type_):
    tables.run("SET TIME ZONE 'UTC'", *stamped(type_))
    assert read(tables, {FIRST}, field(TIME, "happened")) == (2, {FIRST: 2})
    both = {FIRST - 1, FIRST + 1}
    assert read(tables, both, field(TIME, "happened")) == (4, dict.fromkeys(both, 2))
    assert read(tables, {0}, field(TIME, "happened"))[0] == (4 if type_ == "date" else 3)  # its day is longer


@pytest.mark.engines("duckdb", "postgres")
def test_clock_times_of_a_zone_lie_at_most_a_day_away(tables):
    tables.run(*stamped("timestamp"))
    time = field(TIME, "happened", timezone="Pacific/Kiritimati")  # 14 hours ahead
    rows, ours = read(tables, {FIRST}, time)
    assert ours == {FIRST: 2}  # the end of the first, the beginning of the second
    assert rows == 6


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize(("unit", "micros"), [("unix_s", 1_000_000), ("unix_ms", 1_000), ("unix_us", 1)])
def test_counted_times_are_compared_as_numbers(tables, unit, micros):
    ends = [FIRST * DAY // micros, (FIRST + 1) * DAY // micros - 1]
    tables.run(*table("bigint", [ends[0] - 5, *ends, ends[1] + 5]))
    assert read(tables, {FIRST}, field(TIME, "happened", format=unit)) == (2, {FIRST: 2})


@pytest.mark.engines("duckdb", "postgres")
def test_written_times_are_read_to_be_told_apart(tables):
    tables.run(*table("text", [f"'{one}'" for one in STAMPS]))
    assert read(tables, {FIRST}, field(TIME, "happened")) == (len(STAMPS), {FIRST: 2})


@pytest.mark.engines("duckdb")
def test_of_many_days_apart_all_between_them_is_read(tables):
    tables.run(*table("timestamp", [f"CAST('2026-01-01' AS timestamp) + INTERVAL {day} DAY" for day in range(40)]))
    rows, ours = read(tables, set(range(FIRST, FIRST + 39, 2)), field(TIME, "happened"))
    assert (rows, len(ours)) == (39, 20)


@pytest.mark.engines("postgres")
def test_postgresql_reads_them_by_an_index(tables):
    tables.run(
        "CREATE TABLE events (user_id text, happened timestamp)",
        "INSERT INTO events SELECT 'u', date '2026-01-01' + i * interval '1 minute' FROM generate_series(1, 9999) i",
        "CREATE INDEX ON events (happened)",
        "ANALYZE events",
    )
    fact = tables.found(dated("events", time=field(TIME, "happened")))
    with tables.engine() as engine:
        raw = of_days(open_source(engine, fact, tables.folder), {FIRST})
        query = Columns(raw, number=False).rows()
        plan = "\n".join(line for (line,) in engine._execute(f"EXPLAIN {engine._sql(query)}"))
    assert "Index" in plan and "Seq Scan" not in plan
