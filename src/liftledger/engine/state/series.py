"""Series of exact sums by study and arm: of the reports of all days, and of windows of all lengths.

The sums of a day are those that `count` would find for a report of that date. Those of an age, so many days since the
start, are what it would find were every window cut there, over the units that were observed for so long. What depends
on data of the report's own date has no series: percentiles as limits, and time observed without an end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import prod

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.domain.measure import Measure
from liftledger.domain.moments import Product
from liftledger.engine.cells import Cell
from liftledger.engine.dialects.rule import exact
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, grouped, integer, named
from liftledger.engine.scan import Scan
from liftledger.engine.state import daily, entries
from liftledger.engine.state.entering import AT_ONCE, Entering, Whole, entering, midnight
from liftledger.engine.state.growing import STEP, changes, growing
from liftledger.engine.state.store import Store
from liftledger.engine.state.sums_kept import KeptSums
from liftledger.engine.sums import Counted, called
from liftledger.engine.units import SECOND

Arm = tuple[int, int]  # indexes of the study and of its arm


class _Units(msgspec.Struct, frozen=True):
    """Units of one arm that entered together."""

    entered: dict[int, int]  # by the rest of the wait: the first midnight after it
    units: int
    first: int
    last: int


def series_by_day(engine: Engine, store: Store, scan: Scan, kept: KeptSums) -> dict[int, Counted]:
    """By midnight (days since 1970), from the first on which a unit was there up to as_of."""
    products, last = entering(scan), scan.as_of // DAY
    more: dict[int, dict[Arm, dict[Product, int]]] = defaultdict(dict)
    if kept.midnights:
        for arm, class_, day, values in _midnights(engine, store, scan, kept, products):
            for product, value in zip(products.kept, values, strict=True):
                whole = products.whole.get(product)
                if class_ == (daily.GROWING if whole is None else whole.rest):
                    enters = day if whole is None else day + whole.wait // DAY
                    sums = more[enters].setdefault(arm, {})
                    sums[product] = sums.get(product, 0) + value
    units = _units(engine, store, scan, kept)
    waits: dict[int | None, int] = {None: AT_ONCE} | {one: one for one in entries.horizons(scan)}
    begin = _begin(scan, units, more)
    totals: dict[Arm, dict[Product, int]] = {arm: dict.fromkeys(products.kept, 0) for arm in units}
    found = {}
    for day in range(min([begin, *more]), last + 1):
        for arm, sums in more.get(day, {}).items():
            for product, value in sums.items():
                totals[arm][product] += value
        if day >= begin:
            there = {arm: _by(some, AT_ONCE, day) for arm, some in units.items()}
            mature = {
                arm: {name: _number(_by(some, wait, day)) for name, wait in waits.items()}
                for arm, some in there.items()
                if some
            }
            found[day] = _counted(scan, {arm: there[arm] for arm in mature}, mature, _scaled(products, totals, mature))
    return found


def series_by_age(engine: Engine, store: Store, scan: Scan, kept: KeptSums) -> dict[int, Counted]:
    """By days since the start, from 0 up to the most that a unit was observed; facts with a time only."""
    assert not scan.fact.wide
    products, last = _by_rows(scan), scan.as_of // DAY
    units = _units(engine, store, scan, kept)
    ages: dict[int, dict[Arm, dict[int, tuple[int, ...]]]] = defaultdict(lambda: defaultdict(dict))
    for arm, entered, age, values in _ages(engine, store, scan, kept, products):
        ages[age][arm][entered] = values
    most = max((last - one.entered[0] for some in units.values() for one in some), default=-1)
    so_far: dict[Arm, dict[int, list[int]]] = {arm: defaultdict(lambda: [0] * len(products)) for arm in units}
    found = {}
    for age in range(most + 1):
        there, totals = {}, {}
        for arm, some in units.items():
            for entered, values in ages[age][arm].items():
                so_far[arm][entered] = [a + b for a, b in zip(so_far[arm][entered], values, strict=True)]
            so_far[arm].pop(last - age + 1, None)  # no longer observed
            observed = _by(some, age * DAY, last)
            if observed:
                there[arm] = observed
                sums = [sum(values) for values in zip(*so_far[arm].values(), strict=True)] or [0] * len(products)
                totals[arm] = dict(zip(products, sums, strict=True))
        horizons: list[int | None] = [None, *entries.horizons(scan)]
        mature = {arm: dict.fromkeys(horizons, _number(some)) for arm, some in there.items()}
        found[age] = _counted(scan, there, mature, _with_time(scan, age, totals, mature))
    return found


# --- what is read


def _units(engine: Engine, store: Store, scan: Scan, kept: KeptSums) -> dict[Arm, list[_Units]]:
    """Those that entered by as_of."""
    rests = entries.rests(scan)
    names = [entries.entered_column(rest) for rest in rests]
    query = _whole_arms(scan, [*names, *entries.COUNTED], store.read(kept.entries))
    found: dict[Arm, list[_Units]] = defaultdict(list)
    for study, arm, *values in engine.rows(f"{scan.name}: units by day", query):
        entered = dict(zip(rests, map(int, values), strict=False))
        if entered[Whole(AT_ONCE).rest] <= scan.as_of // DAY:
            found[study, arm].append(_Units(entered, *map(int, values[len(rests) :])))
    return found


def _midnights(
    engine: Engine, store: Store, scan: Scan, kept: KeptSums, products: Entering
) -> Iterable[tuple[Arm, int, int, list[int]]]:
    names = list(map(called, products.kept))
    rows = _whole_arms(scan, [daily.CLASS, daily.MIDNIGHT, *names], store.read(kept.midnights))
    sums = [named(exact(exp.Sum(this=column(name))), name) for name in names]
    query = grouped(("_study", "_arm", daily.CLASS, daily.MIDNIGHT), sums, rows, "midnights")
    query = commented(query, "By how much each midnight changes the sums by study and arm.")
    for study, arm, class_, day, *values in engine.rows(f"{scan.name}: sums by day", query):
        yield (study, arm), int(class_), int(day), list(map(int, values))


def _ages(
    engine: Engine, store: Store, scan: Scan, kept: KeptSums, products: tuple[Product, ...]
) -> Iterable[tuple[Arm, int, int, tuple[int, ...]]]:
    """By study, arm, midnight of entry and age: by how much the sums change, over units observed for so long."""
    entered = midnight(column("_start", "cohort"), 0)
    age = exp.Add(this=column("_age", "days"), expression=integer(1))
    observed = exp.LTE(this=exp.Add(this=exp.paren(entered), expression=age), expression=integer(scan.as_of // DAY))
    first = named(midnight(exp.Min(this=column("_start", "cohort")), 0), "_entered")
    steps = growing(scan, store.read(kept.days), products, age, ("_entered",), [first], observed)
    sums = [named(exp.Sum(this=value), called(one)) for one, value in changes(scan, products).items()]
    query = grouped(("_study", "_arm", "_entered", STEP), sums, steps, "units")
    query = commented(query, "By how much each day since the start changes the sums, by arm and midnight of entry.")
    for study, arm, entry, step, *values in engine.rows(f"{scan.name}: sums by day since start", query):
        yield (study, arm), int(entry), int(step), tuple(map(int, values))


def _whole_arms(scan: Scan, names: list[str], rows: exp.Query) -> exp.Query:
    """Rows of no segment."""
    whole = [exp.Is(this=column(name), expression=exp.Null()) for name in scan.dimensions]
    query = exp.select(*map(column, ("_study", "_arm", *names))).from_(rows.subquery("kept"))
    return query.where(all_of([*whole])) if whole else query


# --- what follows from it


def _begin(scan: Scan, units: Mapping[Arm, list[_Units]], more: Iterable[int]) -> int:
    """The first midnight on which a unit was there; of studies without dates, the first to have rows of a day."""
    dated = {place for place, one in enumerate(scan.cohorts) if one.dated}
    there = [one.entered[AT_ONCE] for (study, _), found in units.items() if study in dated for one in found]
    return min(there or [day for day in more if day > 1], default=scan.as_of // DAY)


def _by_rows(scan: Scan) -> tuple[Product, ...]:
    """Products of measures of rows, within limits that need no data."""
    known = {key for key, one in scan.reading.items() if one.cap is None or one.cap.absolute}
    return tuple(product for product in scan.plan.products if set(product) <= known)


def _by(units: list[_Units], wait: int, day: int) -> list[_Units]:
    whole = Whole(wait)
    return [one for one in units if one.entered[whole.rest] <= whole.last(day)]


def _number(units: list[_Units]) -> int:
    return sum(one.units for one in units)


def _scaled(
    products: Entering, totals: Mapping[Arm, Mapping[Product, int]], mature: Mapping[Arm, Mapping[int | None, int]]
) -> dict[Arm, dict[Product, int]]:
    found = {arm: dict(totals[arm]) for arm in mature}
    for arm, sums in found.items():
        for product, scaled in products.scaled.items():
            sums[product] = scaled.factor * (sums[scaled.of] if scaled.of else mature[arm][scaled.wait])
    return found


def _with_time(
    scan: Scan, age: int, totals: dict[Arm, dict[Product, int]], mature: Mapping[Arm, Mapping[int | None, int]]
) -> dict[Arm, dict[Product, int]]:
    """And the products of the time that units were observed: by their age, that is the same for all."""
    for product in scan.plan.products:
        rows = tuple(name for name in product if name in scan.reading)
        times = [_observed(scan.elapsed[name], age) for name in product if name in scan.elapsed]
        for arm, sums in totals.items():
            if times and (not rows or rows in sums):
                sums[product] = prod(times) * (sums[rows] if rows else mature[arm][None])
    return totals


def _observed(measure: Measure, age: int) -> int:
    """Whole seconds of the span up to that age."""
    assert measure.span is not None
    until = age * DAY if measure.span.high is None else min(age * DAY, measure.span.high)
    return max(0, until - measure.span.low) // SECOND


def _counted(
    scan: Scan,
    units: Mapping[Arm, list[_Units]],
    mature: Mapping[Arm, dict[int | None, int]],
    totals: Mapping[Arm, dict[Product, int]],
) -> Counted:
    studies = [one.study for one in scan.cohorts]
    cell = {(place, arm): Cell(studies[place].name, studies[place].arms[arm], None) for place, arm in units}
    return Counted(
        f"{scan.name}: sums by day",
        {cell[arm]: _number(some) for arm, some in units.items()},
        {cell[arm]: one for arm, one in mature.items()},
        {cell[arm]: sums for arm, sums in totals.items()},
        {cell[arm]: (min(one.first for one in some), max(one.last for one in some)) for arm, some in units.items()},
    )
