"""Build against buy: what each way to the same capability costs over three years, and what waiting for it forgoes."""

import math
from collections.abc import Sequence

import msgspec

from liftledger.domain.value import Option

YEARS_3 = 36  # months


class Owned(msgspec.Struct, frozen=True):
    """An option's total cost of ownership, and its net present value beside the same benefits."""

    name: str
    spent: float  # undiscounted, over three years
    present: float  # present value of it
    forgone: float  # present value of benefits that come later or not at all, expected over the delay
    net: float  # present value of the benefits - forgone - present


def owned(option: Option, benefits: Sequence[float], factors: Sequence[float]) -> Owned:
    """`benefits` and `factors` are by month from 0, and at least three years of factors are needed.

    A capability that serves from month `ramp` on brings the benefits that many months later; with probability `delay`
    it takes `delay_months` more. All staff and running costs are paid from the first month on, and `exit` at the end.
    """
    horizon = factors[: YEARS_3 + 1]
    running = float(option.monthly) + float(option.staff) * float(option.staff_cost)
    flows = [float(option.once), *[running] * (len(horizon) - 1)]
    flows[-1] += float(option.exit)
    present = math.fsum(flow * factor for flow, factor in zip(flows, horizon, strict=True))
    within = benefits[: len(horizon)]

    def later(months: int) -> float:
        kept = within[: len(within) - months] if months < len(within) else ()
        return math.fsum(benefit * factor for benefit, factor in zip(kept, horizon[months:], strict=False))

    chance = float(option.delay)
    expected = (1 - chance) * later(option.ramp) + chance * later(option.ramp + option.delay_months)
    whole = later(0)
    return Owned(option.name, math.fsum(flows), present, whole - expected, expected - present)
