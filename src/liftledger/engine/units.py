"""From rows to units: one row a unit with its measures, as integers."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.expression import columns
from liftledger.domain.measure import Measure
from liftledger.engine.columns import AT
from liftledger.engine.dialects.rule import exact
from liftledger.engine.render import all_of, any_of, column, integer, moment, named, render, span, when
from liftledger.engine.scan import Scan
from liftledger.engine.template import fill

SECOND = 1_000_000


class Needed(msgspec.Struct, frozen=True):
    """What the measures of rows need to know of each row, everything once, and how rows add up to them."""

    conditions: dict[exp.Expr, str]
    values: dict[exp.Expr, str]
    totals: dict[str, exp.Expr]  # of a unit's rows that count: the sum of their values, or their number

    @property
    def columns(self) -> dict[str, list[exp.Expr]]:
        return {
            "values": [named(value, name) for value, name in self.values.items()],
            "conditions": [named(condition, name) for condition, name in self.conditions.items()],
        }


def needed(scan: Scan, as_of: int | None, mature: Collection[int | None] = ()) -> Needed:
    """A condition that several measures share is evaluated once a row; so is a value. None: whenever a unit matures.

    What holds for all rows that are `countable` is not asked of each again.
    """
    found, held = Needed({}, {}, {}), countable(scan, as_of, mature)
    for key, measure in scan.reading.items():
        asked = [one for one in _conditions(measure, as_of, mature) if one not in held]
        met = column(found.conditions.setdefault(all_of(asked), f"_counts_{len(found.conditions) + 1}"))
        if measure.aggregate == "sum":
            value = column(found.values.setdefault(_value(measure, scan), f"_value_{len(found.values) + 1}"))
            found.totals[key] = exp.Sum(this=when(met, value, integer(0)))
        else:
            found.totals[key] = exp.Count(this=when(met, integer(1)))
    return found


def units(scan: Scan, *, mature: Collection[int | None] = ()) -> exp.Query:
    """Rows with what each measure needs to know of them, then one row a unit; all units have reached `mature` horizons.

    Measures are DECIMAL(38, 0), whose products are exact, or an error, on every engine.
    """
    rows = needed(scan, scan.as_of, mature)
    return fill(
        "units",
        tables={"cohort": scan.cohort, "fact": scan.table},
        dimensions=[column(name, "cohort") for name in scan.dimensions],
        attributes=[named(exp.Min(this=column(name)), name) for name in scan.dimensions],
        measures=[named(exact(one), key) for key, one in measures(scan, rows.totals, column("_start")).items()],
        counts=all_of(countable(scan, scan.as_of, mature)),
        study=column("_study") if scan.several else integer(0),
        keys=[column(name) for name in scan.keys],
        **rows.columns,
    )


def measures(scan: Scan, totals: Mapping[str, exp.Expr], start: exp.Expr) -> dict[str, exp.Expr]:
    """A unit's measures at as_of, from what its rows add up to; those of rows may have a name of their own already."""
    found = {}
    for key, measure in scan.plan.measures.items():
        if measure.aggregate == "elapsed":
            found[key] = elapsed(measure, scan.as_of, exp.Min(this=start.copy()))
        else:
            found[key] = whether(totals[key], measure) if measure.binary else totals[key]
    return found


def countable(scan: Scan, as_of: int | None, mature: Collection[int | None] = ()) -> list[exp.Expr]:
    """Conditions of the rows that some measure can count; the engine pushes them below the join."""
    reading = list(scan.reading.values())
    return [*_relevant(reading), *_within(reading, as_of), *_ripe(reading, as_of, mature)]


def elapsed(measure: Measure, as_of: int, start: exp.Expr) -> exp.Expr:
    """Whole seconds of the span that had passed at as_of; 0 before it begins and for immature units."""
    assert measure.span is not None
    low, high = measure.span.low, measure.span.high
    if measure.horizon is not None and high is not None:  # of a mature unit, all of it
        mature = exp.LTE(this=start.copy(), expression=moment(as_of - measure.horizon))
        return when(mature, integer((high - low) // SECOND), integer(0))
    begun = exp.LT(this=start.copy(), expression=moment(as_of - low))
    length = exp.paren(exp.Sub(this=moment(as_of - low), expression=start.copy()))
    return when(begun, exp.IntDiv(this=length, expression=integer(SECOND)), integer(0))


def whether(rows: exp.Expr, measure: Measure) -> exp.Expr:
    """1 where there are rows enough; a count that another measure has too is counted once, a MAX would not be."""
    return when(exp.GT(this=rows, expression=integer(measure.least - 1)), integer(1), integer(0))


def _conditions(measure: Measure, as_of: int | None, mature: Collection[int | None]) -> list[exp.Expr]:
    """When a row counts for the measure: it passes `where`, lies in the span, and its unit is mature by as_of."""
    conditions = [] if measure.term.where is None else [render(measure.term.where, "fact")]
    start = column("_start", "cohort")
    if measure.span is not None:
        at = column(AT, "fact")
        conditions.append(exp.GTE(this=at, expression=after(start, measure.span.low)))
        if measure.span.high is not None:
            conditions.append(exp.LT(this=at.copy(), expression=after(start, measure.span.high)))
    if measure.horizon is not None and measure.horizon not in mature and as_of is not None:
        conditions.append(_matured(measure.horizon, as_of))
    return conditions


def _value(measure: Measure, scan: Scan) -> exp.Expr:
    """The row's value; where an optional column is blank there is nothing to add."""
    assert measure.term.value is not None
    value = render(measure.term.value, "fact")
    optional = {field.name for field in scan.fact.columns if field.optional}
    return exp.func("COALESCE", value, integer(0)) if columns(measure.term.value) & optional else value


def _relevant(measures: Sequence[Measure]) -> list[exp.Expr]:
    """Rows that pass the condition of some measure."""
    wheres = dict.fromkeys(measure.term.where for measure in measures)
    rendered = [render(where, "fact") for where in wheres if where is not None]
    if len(rendered) < len(wheres):
        return []
    return rendered if len(rendered) == 1 else [exp.paren(any_of(rendered))]


def _within(measures: Sequence[Measure], as_of: int | None) -> list[exp.Expr]:
    """Rows between the earliest beginning and the latest end of all spans."""
    spans = [measure.span for measure in measures if measure.span is not None]
    if not spans:
        return []
    at, start = column(AT, "fact"), column("_start", "cohort")
    conditions: list[exp.Expr] = [] if as_of is None else [exp.LT(this=at, expression=moment(as_of))]
    conditions.append(exp.GTE(this=at, expression=after(start, min(span.low for span in spans))))
    highs = [span.high for span in spans]
    if None not in highs:
        conditions.append(exp.LT(this=at, expression=after(start, max(high for high in highs if high is not None))))
    return [condition.copy() for condition in conditions]


def _ripe(measures: Sequence[Measure], as_of: int | None, mature: Collection[int | None]) -> list[exp.Expr]:
    """Rows of units that are mature for some measure."""
    shortest = min((measure.horizon or 0 for measure in measures), default=0)
    return [] if as_of is None or not shortest or shortest in mature else [_matured(shortest, as_of)]


def _matured(horizon: int, as_of: int) -> exp.Expr:
    return exp.LTE(this=column("_start", "cohort"), expression=moment(as_of - horizon))


def after(start: exp.Expr, micros: int) -> exp.Expr:
    """So long after an instant; before it where negative."""
    if micros == 0:
        return start.copy()
    operator = exp.Add if micros > 0 else exp.Sub
    return operator(this=start.copy(), expression=span(abs(micros)))
