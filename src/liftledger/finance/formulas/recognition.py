"""Recognition of revenue: a subscription is earned evenly over its term, whenever its money comes (ASC 606-10-25-31).

Signing may fall on any day of a month, so that half of the first month is earned on average: the half-month convention.
"""

import calendar
from collections.abc import Sequence
from datetime import date


def earned(signed: Sequence[float], term: int) -> tuple[float, ...]:
    """What is earned in each period of what was signed in each, over a term of as many months; the periods are months.

    Half a month's part is earned in the month of signing, a whole one in those that follow, and the other half in the
    last. What is earned after the last period is left out.
    """
    found = [0.0] * len(signed)
    for month, amount in enumerate(signed):
        for later in range(month, min(month + term + 1, len(signed))):
            found[later] += amount / term * (0.5 if later in (month, month + term) else 1.0)
    return tuple(found)


def earned_by_day(amount: float, first: date, last: date, *, until: date) -> float:
    """Of a contract over the days `first` to `last`, both within it, what is earned up to and with `until`.

    The daily rate is not rounded.
    """
    days = (last - first).days + 1
    return amount * max(0, min((until - first).days + 1, days)) / days


def month_end(day: date, months: int) -> date:
    """The last day of the month that lies so many months after (or, below 0, before) that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
