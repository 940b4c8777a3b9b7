"""Where monthly recurring revenue came from and went to, month by month."""

from collections.abc import Sequence

import msgspec

from liftledger.engine.calendar import label
from liftledger.engine.engine import Engine
from liftledger.engine.subscriptions.changes import ended
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.template import fill


class Part(msgspec.Struct, frozen=True):
    """Accounts, and their money a month in its smallest unit."""

    accounts: int
    mrr: int


class Month(msgspec.Struct, frozen=True):
    """One calendar month (UTC), from what each account paid just before it and just before the next.

    opening + new + expansion - contraction - churned + reactivated = closing, of the money; of accounts, without
    expansion and contraction. New: paid more than nothing at a month's end for the first time; reactivated: did so
    again. An account on a free plan is none here.
    """

    month: str  # '2026-01'
    opening: Part
    new: Part
    expansion: Part
    contraction: Part
    churned: Part
    reactivated: Part
    closing: Part


def movements(engine: Engine, of: Subscribers) -> tuple[Month, ...]:
    """Every whole month, from that of the first start to the last before as_of."""
    query = fill("mrr_movements", tables={"changes": of.changes})
    found = {
        int(period): [*map(int, values)] for period, *values in engine.rows(f"{of.base.name}: MRR by month", query)
    }
    months, opening = [], Part(0, 0)
    for period in range(min(found, default=0), ended(of.as_of, 1) if found else 0):
        month = _month(label(period), opening, found.get(period, [0] * 10))
        months.append(month)
        opening = month.closing
    return tuple(months)


def _month(name: str, opening: Part, values: Sequence[int]) -> Month:
    new, expansion, contraction, churned, reactivated = map(Part, values[::2], values[1::2])
    closing = Part(
        opening.accounts + new.accounts - churned.accounts + reactivated.accounts,
        opening.mrr + new.mrr + expansion.mrr - contraction.mrr - churned.mrr + reactivated.mrr,
    )
    return Month(name, opening, new, expansion, contraction, churned, reactivated, closing)
