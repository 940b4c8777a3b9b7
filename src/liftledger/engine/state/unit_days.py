"""What each unit's rows of one UTC day add up to: the measures before any date of a report is known.

It is additive: rows of one unit and day may be kept several times, such as what was read first and, later, by how much
a correction changed it, and are added up wherever they are read.
"""

from collections.abc import Collection

from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.engine.columns import AT
from liftledger.engine.dialects.rule import exact
from liftledger.engine.render import all_of, column, integer, moment, named, span, when
from liftledger.engine.scan import Scan
from liftledger.engine.template import fill
from liftledger.engine.units import countable, measures, needed

KEYS = ("_study", "_unit", "_day", "_age")


def unit_days(scan: Scan, *, without: Collection[int] = (), since: int | None = None) -> exp.Query:
    """One row a unit of a study, day and day since its start: each measure of rows under its own name, as BIGINT.

    Of a measure `any`, that is the number of rows. Neither as_of nor maturity leaves anything out. A wide fact has one
    day, 0. Of a dated one, the days `without` and rows before `since` can be left out.
    """
    rows, at = needed(scan, None), column(AT, "fact")
    day = integer(0) if scan.fact.wide else exp.IntDiv(this=at, expression=span(DAY))
    start = column("_start", "cohort")
    after = exp.IntDiv(this=exp.paren(exp.Sub(this=at.copy(), expression=start)), expression=integer(DAY))
    age = when(exp.LT(this=at.copy(), expression=start.copy()), integer(-1), after)
    counts = countable(scan, None)
    if without:
        days: list[exp.Expr] = [integer(one) for one in sorted(without)]
        counts.append(exp.Not(this=exp.In(this=exp.paren(day.copy()), expressions=days)))
    if since is not None and not scan.fact.wide:
        counts.append(exp.GTE(this=at.copy(), expression=moment(since)))
    return fill(
        "unit_days",
        tables={"cohort": scan.cohort, "fact": scan.table},
        day=day,
        age=integer(0) if scan.fact.wide else age,
        measures=[named(exp.cast(one, "BIGINT"), key) for key, one in rows.totals.items()],
        counts=all_of(counts),
        study=column("_study") if scan.several else integer(0),
        keys=[column(name) for name in scan.keys],
        **rows.columns,
    )


def units_of_days(scan: Scan, days: exp.Query) -> exp.Query:
    """The same as `units(scan)`, from rows of `unit_days`; as_of must be a midnight.

    Units whose rows add nothing need not be there.
    """
    assert scan.as_of % DAY == 0
    counts: list[exp.Expr] = []
    if not scan.fact.wide:
        counts.append(exp.LT(this=column("_day", "days"), expression=integer(scan.as_of // DAY)))
    start = column("_start", "cohort")
    totals: dict[str, exp.Expr] = {}
    for key, measure in scan.reading.items():
        value: exp.Expr = column(key, "days")
        if measure.horizon is not None:
            mature = exp.LTE(this=start.copy(), expression=moment(scan.as_of - measure.horizon))
            value = when(mature, value, integer(0))
        totals[key] = exp.Sum(this=value)
    return fill(
        "units_of_days",
        tables={"cohort": scan.cohort, "days": days},
        attributes=attributes(scan),
        measures=[named(exact(one), key) for key, one in measures(scan, totals, start).items()],
        counts=all_of(counts),
        same=same(scan, "cohort", "days"),
        study=column("_study", "cohort") if scan.several else integer(0),
        keys=[column(name, "cohort") for name in scan.keys],
    )


def attributes(scan: Scan) -> list[exp.Expr]:
    """A unit's dimensions, from any of its rows."""
    return [named(exp.Min(this=column(name, "cohort")), name) for name in scan.dimensions]


def same(scan: Scan, one: str, other: str) -> exp.Expr:
    """Whether a row of one relation is of the same unit of a study as a row of the other."""
    return all_of([exp.EQ(this=column(name, one), expression=column(name, other)) for name in scan.keys])
