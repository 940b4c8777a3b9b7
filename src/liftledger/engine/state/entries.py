"""Units by cell and by when they enter: how many there are at any midnight, and how many of them are mature."""

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.engine.cells import Cell, cells, sets
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, grouped, integer, named, when
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
    when_entered = [named(midnight(start.copy(), rest), entered_column(rest)) for rest in rests(scan)]
    cohort = exp.select(exp.Star(), *when_entered).from_(scan.cohort.subquery("cohort"))
    names = [entered_column(rest) for rest in rests(scan)]
    return fill(
        "counts",
        tables={"cohort": cohort},
        dimensions=[column(name) for name in (*scan.dimensions, *names)],
        counted=[],
        sets=sets(scan.dimensions, *names),
    )


def merged(scan: Scan, runs: exp.Query) -> exp.Query:
    """Several `entries`, of different units, as one."""
    keys = ("_study", "_arm", *scan.dimensions, *map(entered_column, rests(scan)))
    counted = [
        named(exp.cast(merge(this=column(name)), "BIGINT"), name)
        for name, merge in zip(COUNTED, (exp.Sum, exp.Min, exp.Max), strict=True)
    ]
    query = grouped(keys, counted, runs, "runs")
    return commented(query, "Units by cell and by when they enter, of several runs.")


def entered(engine: Engine, scan: Scan, runs: exp.Query) -> dict[Cell, Entered]:
    """What of them entered by as_of."""
    day = scan.as_of // DAY
    waits: dict[int | None, int] = {None: AT_ONCE} | {one: one for one in horizons(scan)}
    there = all_of([_by(AT_ONCE, day)])
    selected = [
        named(exp.Min(this=when(there.copy(), column("first"))), "first"),
        named(exp.Max(this=when(there.copy(), column("last"))), "last"),
    ]
    for place, wait in enumerate(waits.values()):
        mature = all_of([there.copy(), _by(wait, day)])
        selected.append(named(exp.Sum(this=when(mature, column("units"), integer(0))), f"_mature_{place}"))
    query = grouped(("_study", "_arm", *scan.dimensions), selected, runs, "runs")
    query = commented(query, "Units by cell that entered by then, and those observed for long enough (_mature_n).")
    found = {}
    for cell, (first, last, *units) in cells(scan.cohorts, engine.rows(f"{scan.name}: units", query)):
        by_horizon = dict(zip(waits, map(int, units), strict=True))
        if by_horizon[None]:
            found[cell] = Entered(by_horizon[None], (first, last), by_horizon)
    return found


def _by(wait: int, day: int) -> exp.Expr:
    whole = Whole(wait)
    return exp.LTE(this=column(entered_column(whole.rest)), expression=integer(whole.last(day)))


def horizons(scan: Scan) -> list[int]:
    """How long units are observed before they count for some metric."""
    return sorted({needs.horizon for needs in scan.plan.needs.values() if needs.horizon is not None})


def rests(scan: Scan) -> list[int]:
    """Of the waits of its metrics, and of none and one at once."""
    return sorted({0, *(Whole(wait).rest for wait in (AT_ONCE, *horizons(scan)))})


def entered_column(rest: int) -> str:
    """Name of the column of the first midnight that is at least `rest` after a unit's start."""
    return f"_entered_{rest}"
