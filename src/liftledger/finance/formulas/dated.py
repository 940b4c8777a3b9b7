"""Present value and rate of return of flows on given days: years of 365 days (Act/365), as Excel's XNPV and XIRR."""

import math
from collections.abc import Sequence
from datetime import date

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.irr import Rate, rate_of_return

Flow = tuple[date, float]
YEAR = 365  # days


def xnpv(rate: float, flows: Sequence[Flow]) -> float:
    """At an annual effective rate, as of the day of the first flow given."""
    first = flows[0][0]
    return math.fsum(amount / (1 + rate) ** ((day - first).days / YEAR) for day, amount in flows)


def xirr(flows: Sequence[Flow]) -> Rate | NoEstimate:
    """Annual effective; flows of one day count as one, and the order in which they are given does not matter.

    Where there is no rate, Excel shows 2.98E-09 or an error instead.
    """
    by_day: dict[date, float] = {}
    for day, amount in sorted(flows):
        by_day[day] = by_day.get(day, 0.0) + amount
    days = list(by_day)
    return rate_of_return(list(by_day.values()), [(day - days[0]).days / YEAR for day in days])
