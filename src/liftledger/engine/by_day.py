"""Sums as the reports of several days have them, from all rows: a scan a day. A refresh keeps what gives them too."""

from collections.abc import Collection, Iterable

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.domain.measure import Plan
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine
from liftledger.engine.render import column, commented, moment
from liftledger.engine.scan import Scan
from liftledger.engine.sums import Counted, count


def count_by_day(engine: Engine, scan: Scan, metrics: Collection[str], days: Iterable[int]) -> dict[int, Counted]:
    """Of some of the scan's metrics and of whole arms, by midnight (days since 1970). Raises SumTooLarge."""
    narrow = msgspec.structs.replace(scan, plan=_of(scan.plan, metrics))
    found = {}
    for day in days:
        cohorts = tuple(_by(engine, cohort, day) for cohort in scan.cohorts)
        found[day] = count(engine, msgspec.structs.replace(narrow, cohorts=cohorts, as_of=day * DAY))
    return found


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
    return msgspec.structs.replace(cohort, table=name, dimensions=())
