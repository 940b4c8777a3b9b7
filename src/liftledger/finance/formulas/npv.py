"""Net present value: flows at the ends of equal periods, brought back to the beginning."""

import math
from collections.abc import Sequence


def monthly_rate(annual: float) -> float:
    """The rate a month that compounds to the annual effective rate, (1 + r)^(1/12) - 1; not r / 12."""
    return math.expm1(math.log1p(annual) / 12)


def discount_factors(annual: float, months: int) -> tuple[float, ...]:
    """What one unit of money at the end of each month is worth at the beginning, month 0, which is 1."""
    return tuple((1 + annual) ** (-month / 12) for month in range(months + 1))


def npv(rate: float, flows: Sequence[float]) -> float:
    """Of a flow now and one at the end of each period that follows; `rate` is per period.

    The convention of textbooks and of numpy-financial: sum of flow_t / (1 + rate)^t, t from 0.
    """
    return math.fsum(flow / (1 + rate) ** period for period, flow in enumerate(flows))
