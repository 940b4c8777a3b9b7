"""Units by cell and by when they enter: how many there are at any midnight, and how many of them are mature."""

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.engine.cells import Cell, cells, sets
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, integer, named, when
from liftledger.engine.scan import Scan
from liftledger.engine.state.entering import AT_ONCE, Whole, midnight
from liftledger.engine.template import fill

COUNTED = ("units", "first", "last")


class Entered(msgspec.Struct, frozen=True):
    """Units of one cell by a midnight."""

    units: int
    starts: tuple[int, int]
    mature: dict[int | None, int]  # by horizon; None: all


def entries(scan: Scan) -> exp.Query:
    """Units, and their first and last start, by cell and by the first midnights after their start; see `Whole.rest`."""
    start = column("_start")
    when_entered = [named(midnight(start.copy(), rest), _entered(rest)) for rest in _rests(scan)]
    cohort = exp.select(exp.Star(), *when_entered).from_(scan.cohort.subquery("cohort"))
    names = [_entered(rest) for rest in _rests(scan)]
    return fill(
        "counts",
        tables={"cohort": cohort},
        dimensions=[column(name) for name in (*scan.dimensions, *names)],
        counted=[],
        sets=sets(scan.dimensions, *names),
    )


def merged(scan: Scan, runs: exp.Query) -> exp.Query:
    """Several `entries`, of different units, as one."""
    keys = [column(name) for name in ("_study", "_arm", *scan.dimensions, *map(_entered, _rests(scan)))]
    counted = [
        named(exp.cast(merge(this=column(name)), "BIGINT"), name)
        for name, merge in zip(COUNTED, (exp.Sum, exp.Min, exp.Max), strict=True)
    ]
    query = exp.select(*keys, *counted).from_(runs.subquery("runs")).group_by(*(key.copy() for key in keys))
    return commented(query, "Units by cell and by when they enter, of several runs.")


def entered(engine: Engine, scan: Scan, runs: exp.Query) -> dict[Cell, Entered]:
    """What of them entered by as_of."""
    day = scan.as_of // DAY
    waits: dict[int | None, int] = {None: AT_ONCE} | {one: one for one in _horizons(scan)}
    there = all_of([_by(AT_ONCE, day)])
    selected = [
        named(exp.Min(this=when(there.copy(), column("first"))), "first"),
        named(exp.Max(this=when(there.copy(), column("last"))), "last"),
    ]
    for place, wait in enumerate(waits.values()):
        mature = all_of([there.copy(), _by(wait, day)])
        selected.append(named(exp.Sum(this=when(mature, column("units"), integer(0))), f"_mature_{place}"))
    keys = [column(name) for name in ("_study", "_arm", *scan.dimensions)]
    query = exp.select(*keys, *selected).from_(runs.subquery("runs")).group_by(*(key.copy() for key in keys))
    query = commented(query, "Units by cell that entered by then, and those observed for long enough (_mature_n).")
    found = {}
    for cell, (first, last, *units) in cells(scan.cohorts, engine.rows(f"{scan.name}: units", query)):
        by_horizon = dict(zip(waits, map(int, units), strict=True))
        if by_horizon[None]:
            found[cell] = Entered(by_horizon[None], (first, last), by_horizon)
    return found


def _by(wait: int, day: int) -> exp.Expr:
    whole = Whole(wait)
    return exp.LTE(this=column(_entered(whole.rest)), expression=integer(whole.last(day)))


def _horizons(scan: Scan) -> list[int]:
    return sorted({needs.horizon for needs in scan.plan.needs.values() if needs.horizon is not None})


def _rests(scan: Scan) -> list[int]:
    return sorted({Whole(wait).rest for wait in (AT_ONCE, *_horizons(scan))})


def _entered(rest: int) -> str:
    return f"_entered_{rest}"
