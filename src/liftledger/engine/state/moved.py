"""Moved units: those that entered a study or left it since, or that are in it in another way."""

import msgspec
from sqlglot import exp

from liftledger.engine.engine import Engine
from liftledger.engine.render import any_of, column, commented, integer, named, total
from liftledger.engine.scan import Scan
from liftledger.engine.state.unit_days import same
from liftledger.engine.template import fill


class Moved(msgspec.Struct, frozen=True):
    """Units that moved, as a table of `_study`, `_unit`, `_was` and `_restarted`."""

    table: str
    units: int
    entered: int  # that were not there before
    restarted: int  # whose rows count differently: they entered or left, or their clock starts at another time
    first: int | None  # the earliest start of one of these, as it is now


def moved(engine: Engine, scan: Scan, before: Scan, name: str) -> Moved:
    """Compares the cohorts of two scans."""
    there = [exp.Is(this=column("_unit", one), expression=exp.Null()) for one in ("after", "before")]
    values = ("_start", "_arm", *scan.dimensions)
    differs = [exp.NEQ(this=column(one, "after"), expression=column(one, "before")) for one in values]
    query = fill(
        "moved",
        tables={"after": scan.cohort, "before": before.cohort},
        same=same(scan, "after", "before"),
        differs=any_of([*there, *differs]),
    )
    return _counted(engine, scan, query, name)


def entering_now(engine: Engine, scan: Scan, name: str) -> Moved:
    """All units of a scan as such that entered."""
    flags = [named(integer(0), "_was"), named(integer(1), "_restarted")]
    query = exp.select(column("_study"), column("_unit"), column("_start"), *flags)
    query = query.from_(scan.cohort.subquery("cohort"))
    return _counted(engine, scan, commented(query, "Units that entered a study since last time."), name)


def _counted(engine: Engine, scan: Scan, units: exp.Query, name: str) -> Moved:
    engine.table(name, units)
    entered = exp.Sub(this=integer(1), expression=column("_was"))
    first = exp.Min(
        this=exp.Case(
            ifs=[exp.If(this=exp.EQ(this=column("_restarted"), expression=integer(1)), true=column("_start"))]
        )
    )
    counted = exp.select(
        named(exp.Count(this=exp.Star()), "units"),
        named(total(entered), "entered"),
        named(total(column("_restarted")), "restarted"),
        named(first, "first"),
    ).from_(name)
    [(number, new, restarted, earliest)] = engine.rows(
        f"{scan.name}: moved units", commented(counted, "Units that are not in their study as they were.")
    )
    return Moved(name, int(number), int(new), int(restarted), earliest)


def among(engine: Engine, scan: Scan, units: exp.Query, name: str) -> Scan:
    """The scan of only those of its units that are among some (`_study`, `_unit`), in tables called after `name`."""
    cohorts = []
    for index, cohort in enumerate(scan.cohorts):
        own = exp.EQ(this=column("_study", "chosen"), expression=integer(index))
        unit = exp.EQ(this=column("_unit", "chosen"), expression=column("_unit", "cohort"))
        inside = exp.select(integer(1)).from_(units.subquery("chosen")).where(own, unit)
        rows = exp.select("cohort.*").from_(exp.alias_(exp.to_table(cohort.table), "cohort", table=True))
        table = f"{name}_{index}"
        engine.table(table, commented(rows.where(exp.Exists(this=inside)), "Some units of a cohort."))
        cohorts.append(msgspec.structs.replace(cohort, table=table))
    return msgspec.structs.replace(scan, cohorts=tuple(cohorts))
