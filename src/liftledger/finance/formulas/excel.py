"""What Excel's NPV, XNPV, XIRR and MIRR give. The case rests on none of them: with these it is held against a sheet."""

import math
from collections.abc import Sequence
from datetime import date

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.irr import Rate, rate_of_return
from liftledger.finance.formulas.npv import npv

Flow = tuple[date, float]
YEAR = 365  # days: Act/365


def npv_excel(rate: float, flows: Sequence[float]) -> float:
    """NPV: the first flow comes at the end of the first period, not now."""
    return npv(rate, flows) / (1 + rate)


def xnpv(rate: float, flows: Sequence[Flow]) -> float:
    """XNPV: flows on given days, at an annual effective rate, as of the day of the first flow given."""
    first = flows[0][0]
    return math.fsum(amount / (1 + rate) ** ((day - first).days / YEAR) for day, amount in flows)


def xirr(flows: Sequence[Flow]) -> Rate | NoEstimate:
    """XIRR, annual effective; flows of one day count as one, and the order in which they are given does not matter.

    Where there is no rate, Excel shows 2.98E-09 or an error instead.
    """
    by_day: dict[date, float] = {}
    for day, amount in sorted(flows):
        by_day[day] = by_day.get(day, 0.0) + amount
    days = list(by_day)
    return rate_of_return(list(by_day.values()), [(day - days[0]).days / YEAR for day in days])


def mirr(flows: Sequence[float], *, finance: float, reinvest: float) -> Rate | NoEstimate:
    """MIRR, per period: (future value of what comes in / present value of what goes out)^(1 / n) - 1.

    Outflows are brought back at the rate `finance`, inflows carried on to the last period at `reinvest`. n is the
    number of periods, one fewer than flows.
    """
    incoming = npv(reinvest, [max(flow, 0.0) for flow in flows])
    outgoing = -npv(finance, [min(flow, 0.0) for flow in flows])
    if incoming == 0 or outgoing == 0:
        return NoEstimate(f"nothing {'comes in' if incoming == 0 else 'goes out'}, so there is no rate of return")
    periods = len(flows) - 1
    return Rate((incoming / outgoing) ** (1 / periods) * (1 + reinvest) - 1)
