"""Durations: how long units took from their clock to their event, as exact counts by steps of time."""

from collections import defaultdict

import msgspec
from sqlglot import exp

from liftledger.domain.durations import Durations
from liftledger.domain.expression import Expression
from liftledger.domain.fact import Fact
from liftledger.domain.metric import Metric
from liftledger.engine.cells import Cell, cells, dimensions, sets, together
from liftledger.engine.cohort import Cohort
from liftledger.engine.columns import AT
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, integer, moment, named, render, span
from liftledger.engine.template import fill
from liftledger.engine.units import after

CLOCKLESS, BEFORE, EVENT, CENSORED = range(4)  # outcomes in durations.sql


class Timing(msgspec.Struct, frozen=True):
    """One metric whose units have clocks, over some cohorts, up to `as_of`; tables hold rows by their kind of unit."""

    name: str  # of the queries
    metric: Metric
    fact: Fact
    table: str
    onset: str | None  # table of the fact whose rows start the clock; None: it starts with the study
    onset_fact: Fact | None
    cohorts: tuple[Cohort, ...]
    as_of: int
    rows: int


class Timed(msgspec.Struct, frozen=True):
    """Durations by cell, and the name of the query that made them. Cells without units are absent.

    Counted units are those with a clock and without an event before it.
    """

    query: str
    durations: dict[Cell, Durations]
    starts: dict[Cell, tuple[int, int]]  # first and last start of all units
    clocks: dict[Cell, tuple[int, int]]  # first and last clock of the counted units
    immature: dict[Cell, int]  # counted units that were not observed until the horizon


class Happening(msgspec.Struct, frozen=True):
    """Rows that say when something happened to units: of `rows`, read as `fact`, those that meet the conditions."""

    rows: str | exp.Query
    at: exp.Expr
    conditions: tuple[exp.Expr, ...] = ()

    def counts(self, *more: exp.Expr) -> exp.Expr:
        """That a row counts."""
        return all_of([*(one.copy() for one in self.conditions), *more])


class Steps(msgspec.Struct, frozen=True):
    """Time since a clock and `wait`, in `number` steps of `length`.

    Of a time to an event, an event in (k, k + 1] counts at k + 1: steps are closed at their end. Retention has one
    step, its window, and is closed at the beginning: an event in [k, k + 1) counts at k + 1.
    """

    wait: int
    length: int
    number: int
    closed: bool

    @property
    def since(self) -> exp.Expr:
        """When the first begins."""
        clock = column("_clock", "clocks")
        return exp.paren(after(clock, self.wait)) if self.wait else clock


class _Row(msgspec.Struct, frozen=True, gc=False):
    """One row of durations.sql, after its keys; there are many, and they hold numbers only."""

    outcome: int
    step: int
    units: int
    later: int
    open: int
    first: int
    last: int
    first_clock: int | None
    last_clock: int | None


def event(timing: Timing) -> Happening:
    """The event, as rows of the fact."""
    return Happening(timing.table, column(AT, "fact"), _passing(timing.metric.numerator.where))


def onset(timing: Timing) -> Happening | None:
    """What starts the clock, as rows of the onset's fact; None where it starts with the study."""
    declared, fact = timing.metric.onset, timing.onset_fact
    if declared is None:
        return None
    assert timing.onset is not None and fact is not None
    at = column((fact.wide and declared.column) or AT, "fact")
    return Happening(timing.onset, at, _passing(declared.where))


def steps(metric: Metric) -> Steps:
    """In which a metric is counted."""
    if metric.kind == "retention":
        assert metric.window is not None
        return Steps(metric.delay, metric.window, 1, closed=False)
    assert metric.horizon is not None
    return Steps(0, metric.grid, metric.horizon // metric.grid, closed=True)


def count_durations(engine: Engine, timing: Timing) -> Timed:
    """One scan of the fact, one of the onset's, and one of the cohorts."""
    return durations_of(engine, timing, event(timing), onset(timing))


def durations_of(engine: Engine, timing: Timing, event: Happening, onset: Happening | None) -> Timed:
    """The durations by rows from wherever; it reads none from the date on."""
    clocks = _clocks(timing, onset)
    if recurs(timing.metric):  # then they are read twice
        engine.table(f"clocks_{timing.name}", clocks)
        clocks = exp.select(exp.Star()).from_(exp.to_table(f"clocks_{timing.name}"))
    metric, attributes, counted_in = timing.metric, dimensions(timing.cohorts), steps(timing.metric)
    keys = ("_study", "_unit") if recurs(metric) else ("_unit",)
    query = fill(
        "durations",
        tables={"clocks": clocks, "events": _events(timing, event, clocks)},
        dimensions=[column(one) for one in attributes],
        same=all_of([exp.EQ(this=column(one, "events"), expression=column(one, "clocks")) for one in keys]),
        since=counted_in.since,
        grid=span(counted_in.length),
        closed=integer(1 if counted_in.closed else 0),
        horizon=integer(counted_in.number),
        soon=span(metric.grid),
        as_of=moment(timing.as_of),
        sets=sets(attributes, "_outcome", "_step"),
    )
    name = f"{timing.name}: durations"
    by_cell: dict[Cell, list[_Row]] = defaultdict(list)
    for cell, values in cells(timing.cohorts, engine.rows(name, query, rows_in=timing.rows)):
        by_cell[cell].append(_Row(*values))
    counted = {cell: [row for row in rows if row.outcome in (EVENT, CENSORED)] for cell, rows in by_cell.items()}
    return Timed(
        name,
        {cell: _durations(rows) for cell, rows in by_cell.items()},
        {cell: (min(row.first for row in rows), max(row.last for row in rows)) for cell, rows in by_cell.items()},
        {cell: _clock_span(rows) for cell, rows in counted.items() if rows},
        {cell: sum(row.open for row in rows) for cell, rows in counted.items()},
    )


def recurs(metric: Metric) -> bool:
    """Whether an event before the first step says nothing about one after it."""
    return metric.recurring or metric.kind == "retention"


def _passing(where: Expression | None) -> tuple[exp.Expr, ...]:
    return () if where is None else (render(where, "fact"),)


def _clocks(timing: Timing, onset: Happening | None) -> exp.Query:
    cohort = together(timing.cohorts)
    if onset is None:
        started = exp.select(exp.Star(), named(column("_start"), "_clock")).from_(cohort.subquery("cohort"))
        return commented(started, "The clock starts with the study.")
    fact = timing.onset_fact
    alone = fact is not None and fact.wide and all(cohort.kind == fact.keyed_by for cohort in timing.cohorts)
    onsets = fill(
        "only_onsets" if alone else "first_onsets",
        tables={"fact": onset.rows},
        at=onset.at,
        counts=onset.counts(_before(onset, timing)),
    )
    attributes = [column(one, "cohort") for one in dimensions(timing.cohorts)]
    return fill("clocks", tables={"cohort": cohort, "onsets": onsets}, dimensions=attributes)


def _events(timing: Timing, event: Happening, clocks: exp.Query) -> exp.Query:
    """By unit, its first event; of what can happen again, by study and unit, the first since its clock and wait."""
    counts = event.counts(_before(event, timing))
    if recurs(timing.metric):
        since = steps(timing.metric).since
        return fill("next_events", tables={"clocks": clocks, "fact": event.rows}, counts=counts, since=since)
    return fill("first_events", tables={"fact": event.rows}, counts=counts)


def _before(happening: Happening, timing: Timing) -> exp.Expr:
    return exp.LT(this=happening.at.copy(), expression=moment(timing.as_of))


def _durations(rows: list[_Row]) -> Durations:
    def units(outcome: int) -> dict[int, int]:
        found: dict[int, int] = {}
        for row in sorted(rows, key=lambda row: row.step):
            if row.outcome == outcome:
                step = max(row.step, 0)  # below 0 before the wait is over
                found[step] = found.get(step, 0) + row.units
        return found

    return Durations(
        events=units(EVENT),
        censored=units(CENSORED),
        before=units(BEFORE).get(0, 0),
        without=units(CLOCKLESS).get(0, 0),
        later=sum(row.later for row in rows if row.outcome in (EVENT, CENSORED)),
    )


def _clock_span(rows: list[_Row]) -> tuple[int, int]:
    clocks = [clock for row in rows for clock in (row.first_clock, row.last_clock) if clock is not None]
    return min(clocks), max(clocks)
