"""A calibration and what came after it: histories up to a day, and the purchases of the customers known by then."""

from itertools import accumulate

import msgspec
from sqlglot import exp

from liftledger.engine.engine import Arrays, Engine
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.purchasing.steps import step_of
from liftledger.engine.render import integer
from liftledger.engine.template import fill


class Track(msgspec.Struct, frozen=True):
    """Of the customers of a calibration, by step: from that of the first purchase of all to the last observed."""

    start: int  # the first step
    firsts: tuple[int, ...]  # customers whose first purchase was in it; 0 from the split on
    repeats: tuple[int, ...]  # their purchases after the first, cumulated by its end


def held(engine: Engine, purchasers: Purchasers, split: int) -> Arrays:
    """Histories of all whose first purchase was before the step `split`, as they were seen up to its beginning.

    Columns: `repeats`, `last`, `observed`, `customers`, and `held`: purchases of these customers in the steps from
    the split on that were observed. Times are in steps; of these, `purchasers.bought.end - split` are held.
    """
    return engine.arrays(f"{purchasers.base.name}: purchases held out", _ordered(_held(purchasers, split)))


def track(engine: Engine, purchasers: Purchasers, split: int) -> Track:
    """How the same customers bought from step to step, in the calibration and after it."""
    query = fill(
        "purchase_track",
        tables={"bought": purchasers.bought.table, "purchasers": purchasers.table},
        step=step_of(exp.column("at", "bought"), purchasers.base.grid),
        split=integer(split),
    )
    found = {
        int(step): (int(firsts), int(all_))
        for step, firsts, all_ in engine.rows(f"{purchasers.base.name}: purchases by step", query)
    }
    if not found:
        return Track(split, (), ())
    steps = range(min(found), purchasers.bought.end)
    rows = [found.get(step, (0, 0)) for step in steps]
    return Track(
        steps.start, tuple(first for first, _ in rows), tuple(accumulate(all_ - first for first, all_ in rows))
    )


def _held(purchasers: Purchasers, split: int) -> exp.Query:
    step = step_of(exp.column("at", "bought"), purchasers.base.grid)
    return fill("purchases_held", tables={"bought": purchasers.bought.table}, step=step, split=integer(split))


def _ordered(query: exp.Query) -> exp.Query:
    assert isinstance(query, exp.Select)
    return query.order_by(*(exp.column(one) for one in query.named_selects))
