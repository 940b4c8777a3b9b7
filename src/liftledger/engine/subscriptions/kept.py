"""Customers subscribed at the start of a period, and those of them who are at its end."""

from typing import Literal, get_args

import msgspec

from liftledger.domain.instant import day
from liftledger.engine.calendar import begins
from liftledger.engine.engine import Engine
from liftledger.engine.subscriptions.changes import changed, ended
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.template import fill

Period = Literal["month", "quarter", "year"]
MONTHS: dict[Period, int] = dict(zip(get_args(Period), (1, 3, 12), strict=True))


class Kept(msgspec.Struct, frozen=True):
    """One whole calendar period (UTC); whoever left and came back within it was kept."""

    period: Period
    start: str  # first day
    starting: int
    ending: int  # of the starting ones


def kept(engine: Engine, of: Subscribers) -> tuple[Kept, ...]:
    """By month, quarter and year: every whole one at whose start somebody can have been subscribed, in order."""
    return tuple(one for period in MONTHS for one in _of(engine, of, period))


def _of(engine: Engine, of: Subscribers, period: Period) -> list[Kept]:
    months = MONTHS[period]
    changes = of.changes if months == 1 else changed(of.movements, of.as_of, months=months)
    query = fill("subscribers_kept", tables={"changes": changes})
    rows = engine.rows(f"{of.base.name}: customers kept by {period}", query)
    found = {int(place): (int(lost), int(gained)) for place, lost, gained in rows}
    periods, subscribed, first = [], 0, min(found, default=0)
    for place in range(first, ended(of.as_of, months) if found else first):
        lost, gained = found.get(place, (0, 0))
        if place > first:  # nobody was there before the first
            periods.append(Kept(period, day(begins(place * months)), subscribed, subscribed - lost))
        subscribed += gained - lost
    return periods
