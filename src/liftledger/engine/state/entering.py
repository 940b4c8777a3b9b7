"""When a product of a unit's measures comes into the sums: whole, at a midnight, or little by little with its rows.

Every sum up to a midnight is then a sum over what came in on the days before it.
"""

from math import prod

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.domain.measure import Measure
from liftledger.domain.moments import Product
from liftledger.engine.render import integer
from liftledger.engine.scan import Scan
from liftledger.engine.units import SECOND

FAR = 1_000_000 * DAY  # before 1970: whole numbers are divided towards 0, so that only positive ones may be
AT_ONCE = 1  # microsecond: the first midnight after the start


class Whole(msgspec.Struct, frozen=True):
    """It enters on the first midnight that is at least `wait` microseconds after the unit's start."""

    wait: int

    @property
    def rest(self) -> int:
        """Units are told apart by their first midnight after so long; of the others with this rest it is days later."""
        return self.wait % DAY

    def last(self, day: int) -> int:
        """Of the units that entered by a day, the last such midnight."""
        return day - self.wait // DAY


class Scaled(msgspec.Struct, frozen=True):
    """So many times another product; () is the number of units that entered."""

    factor: int
    of: Product
    wait: int


class Entering(msgspec.Struct, frozen=True):
    """The products of a plan, each in one place."""

    whole: dict[Product, Whole]
    growing: tuple[Product, ...]  # they change with every row
    scaled: dict[Product, Scaled]
    again: tuple[Product, ...]  # they cannot be added up by days: their limits, or the time observed, depend on as_of

    @property
    def rests(self) -> tuple[int, ...]:
        return tuple(sorted({one.rest for one in self.whole.values()}))

    @property
    def kept(self) -> tuple[Product, ...]:
        return tuple(sorted([*self.whole, *self.growing]))


def entering(scan: Scan) -> Entering:
    """How each product of the scan's plan enters."""
    found = Entering({}, (), {}, ())
    growing, again = [], []
    for product in scan.plan.products:
        measures = [scan.plan.measures[name] for name in product]
        waits = {_wait(scan, one) for one in measures}
        wait = waits.pop() if len(waits) == 1 else None
        times = [one for one in measures if one.aggregate == "elapsed"]
        if any(one.cap is not None and not one.cap.absolute for one in measures):
            again.append(product)
        elif wait is not None and times:
            rows = tuple(name for name in product if name in scan.reading)
            found.scaled[product] = Scaled(prod(map(_seconds, times)), rows, wait)
        elif wait is not None:
            found.whole[product] = Whole(wait)
        elif not times and all(one.horizon is None for one in measures):
            growing.append(product)
        else:
            again.append(product)
    return Entering(found.whole, tuple(growing), found.scaled, tuple(again))


def midnight(start: exp.Expr, rest: int) -> exp.Expr:
    """The first midnight (a day since 1970) that is at least `rest` after the start, which may lie before 1970."""
    after = exp.paren(exp.Add(this=start, expression=integer(rest + DAY - 1 + FAR)))
    day = exp.IntDiv(this=after, expression=integer(DAY))
    return exp.Sub(this=day, expression=integer(FAR // DAY))


def _wait(scan: Scan, measure: Measure) -> int | None:
    """How long after its start a unit's measure is what it will be; None: it changes with every row."""
    if scan.fact.wide:
        return AT_ONCE
    high = None if measure.span is None else measure.span.high
    return measure.horizon if measure.horizon is None or (high is not None and high <= measure.horizon) else None


def _seconds(measure: Measure) -> int:
    """That a unit was observed once it is mature."""
    assert measure.span is not None and measure.span.high is not None
    return (measure.span.high - measure.span.low) // SECOND
