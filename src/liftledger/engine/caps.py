"""Caps: limits on a unit's totals, absolute or at a percentile of the totals other than 0."""

from collections.abc import Mapping

from sqlglot import exp

from liftledger.domain.metric import Cap
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, integer, named
from liftledger.engine.scan import Scan
from liftledger.engine.template import fill

Percentiles = Mapping[tuple[str, str], Mapping[int, int]]  # (measure, side) -> index of the study -> limit


def capped(engine: Engine, scan: Scan, units: exp.Query) -> exp.Query:
    """Units with their totals limited; a total of 0 stays 0, so that units without rows still add nothing.

    Percentiles need the units twice, so these are kept.
    """
    caps = {key: measure.cap for key, measure in scan.plan.measures.items() if measure.cap is not None}
    if not caps:
        return units
    percentiles: Percentiles = {}
    if not all(cap.absolute for cap in caps.values()):
        kept = f"units_{scan.name}"
        engine.table(kept, units, rows_in=scan.rows)
        percentiles = _percentiles(engine, kept, caps)
        units = exp.select(exp.Star()).from_(kept)
    selected: list[exp.Expr] = [column(name) for name in ("_study", "_arm", *scan.dimensions)]
    selected += (
        named(limited(key, column(key), caps[key], percentiles), key) if key in caps else column(key)
        for key in scan.plan.measures
    )
    return commented(
        exp.select(*selected).from_(units.subquery("units")), "Units with their totals limited; 0 stays 0."
    )


def _percentiles(engine: Engine, table: str, caps: Mapping[str, Cap]) -> Percentiles:
    found: dict[tuple[str, str], dict[int, int]] = {}
    for key, cap in caps.items():
        for side, percentile in (("low", cap.low_percentile), ("high", cap.high_percentile)):
            if percentile is not None:
                query = fill("percentile", tables={"units": table}, value=column(key), percentile=integer(percentile))
                limits = engine.rows(f"{table}: percentile {percentile / 100:g} of {key}", query)
                found[key, side] = {study: int(limit) for study, limit in limits}
    return found


def limited(key: str, total: exp.Expr, cap: Cap, percentiles: Percentiles) -> exp.Expr:
    """A unit's total of the measure `key` within its limits."""
    cases = [exp.If(this=exp.EQ(this=total, expression=integer(0)), true=integer(0))]
    for side, absolute, beyond in (("low", cap.low, exp.LT), ("high", cap.high, exp.GT)):
        for study, limit in percentiles.get((key, side), {}).items():
            own = exp.EQ(this=column("_study"), expression=integer(study))
            past = all_of([beyond(this=total.copy(), expression=integer(limit)), own])
            cases.append(exp.If(this=past, true=integer(limit)))
        if absolute is not None:
            past = beyond(this=total.copy(), expression=integer(absolute))
            cases.append(exp.If(this=past, true=integer(absolute)))
    return exp.Case(ifs=cases, default=total.copy())
