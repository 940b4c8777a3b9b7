"""Series of exact sums by study and arm: those that `count` would find for the reports of all days.

What depends on data of the report's own date has no series: percentiles as limits, and time observed without an end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.domain.moments import Product
from liftledger.engine.cells import Cell
from liftledger.engine.dialects.rule import exact
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, grouped, named
from liftledger.engine.scan import Scan
from liftledger.engine.state import daily, entries
from liftledger.engine.state.entering import AT_ONCE, Entering, Whole, entering
from liftledger.engine.state.store import Store
from liftledger.engine.state.sums_kept import KeptSums
from liftledger.engine.sums import Counted, called

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
