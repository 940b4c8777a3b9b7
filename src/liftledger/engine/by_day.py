"""Sums as the reports of several days have them, from all rows; what a refresh keeps gives them without reading."""

from collections.abc import Collection, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.domain.measure import Plan
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine
from liftledger.engine.render import column, commented, moment
from liftledger.engine.scan import Scan
from liftledger.engine.state.series import series_by_day
from liftledger.engine.state.session_store import SessionStore
from liftledger.engine.state.sums_kept import build
from liftledger.engine.sums import Counted, count

ONCE = 0  # a session makes these tables once


def count_by_day(engine: Engine, scan: Scan, metrics: Collection[str], days: Sequence[int]) -> dict[int, Counted]:
    """Of some of the scan's metrics and of whole arms, by midnight (days since 1970). Raises SumTooLarge."""
    cohorts = tuple(msgspec.structs.replace(cohort, dimensions=()) for cohort in scan.cohorts)
    narrow = msgspec.structs.replace(scan, plan=_of(scan.plan, metrics), cohorts=cohorts)
    store = SessionStore(engine)
    kept = build(engine, store, narrow, ONCE)
    if not kept.kept:  # a number of some day is too large; those of the days asked for need not be
        return {day: _at(engine, narrow, day) for day in days}
    series = series_by_day(engine, store, narrow, kept)
    return {day: series[day] for day in days if day in series}


def _at(engine: Engine, scan: Scan, day: int) -> Counted:
    cohorts = tuple(_by(engine, cohort, day) for cohort in scan.cohorts)
    return count(engine, msgspec.structs.replace(scan, cohorts=cohorts, as_of=day * DAY))


def _of(plan: Plan, metrics: Collection[str]) -> Plan:
    """What these metrics need, under the names that it has there."""
    needs = {name: plan.needs[name] for name in metrics}
    used = {name for one in needs.values() for name in one.measures}
    return Plan({name: one for name, one in plan.measures.items() if name in used}, needs)


def _by(engine: Engine, cohort: Cohort, day: int) -> Cohort:
    """Those of its units that had started by then."""
    name = f"{cohort.table}_by_{day}"
    started = exp.LT(this=column("_start"), expression=moment(day * DAY))
    rows = exp.select("*").from_(cohort.table).where(started)
    engine.view(name, commented(rows, "The units of the study that had started by then."))
    return msgspec.structs.replace(cohort, table=name)
