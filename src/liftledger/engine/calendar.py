"""Calendar months (UTC) as whole numbers, which a query can tell from instants by whole division alone.

On the even calendar every month has 31 days: an instant is 31 days for each month since March of the year 0 began, and
what has passed of its own month. Instants keep their order on it, and whole months between two are a difference
divided: one month after 31 January lies after the whole of February, and before March.
"""

from datetime import UTC, datetime, timedelta

from sqlglot import exp

from liftledger.domain.instant import DAY, EPOCH
from liftledger.engine.render import column
from liftledger.engine.template import fill

MONTH = 31 * DAY  # of the even calendar


def evened(rows: exp.Query) -> exp.Query:
    """Rows that have `_at` (microseconds, from the year 1 on), with `_even`: the same on the even calendar."""
    return fill("even", tables={"rows": rows}, columns=[column(name) for name in rows.named_selects])


def even(micros: int) -> int:
    """An instant on the even calendar."""
    moment = EPOCH + timedelta(microseconds=micros)
    return month(micros) * MONTH + micros - begins(moment.year * 12 + moment.month - 1)


def month(micros: int) -> int:
    """Twelve times the year, and the months of the year that had passed."""
    moment = EPOCH + timedelta(microseconds=micros)
    return moment.year * 12 + moment.month - 1


def begins(month: int) -> int:
    """First instant of a month."""
    return (datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def label(month: int) -> str:
    """As 2026-01."""
    return f"{month // 12:04}-{month % 12 + 1:02}"
