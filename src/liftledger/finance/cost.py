"""Cost lines of the report: all of them count, whatever was measured."""

from collections.abc import Sequence

import msgspec

from liftledger.domain.cash import CostLine
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Cost, Value
from liftledger.finance.figure import figure


def present_cost(cost: Cost, factors: Sequence[float]) -> float:
    """`once` now and `monthly` at the end of each month, discounted."""
    return float(cost.once) + float(cost.monthly) * sum(factors[1:])


def cost_line(cost: Cost, value: Value, factors: Sequence[float], currency: str) -> CostLine:
    """The declared amounts and their present value."""
    own = f"money.costs.{cost.name}"
    return CostLine(
        name=cost.name,
        category=cost.category,
        once=figure(f"{own}.once", float(cost.once), currency, "declared, at the beginning"),
        monthly=figure(f"{own}.monthly", float(cost.monthly), f"{currency} per month", "declared, at each month's end"),
        present_value=figure(
            f"{own}.present_value",
            present_cost(cost, factors),
            currency,
            f"once + sum over months t from 1 to {value.months} of monthly / (1 + discount)^(t / 12)",
            {"once": f"{own}.once", "monthly": f"{own}.monthly", "discount": value.discount},
        ),
    )


def hidden(line: CostLine, reason: NoEstimate) -> CostLine:
    """The line without its amounts, where the report must show no money at all."""
    once, monthly, present = (
        msgspec.structs.replace(one, answer=reason) for one in (line.once, line.monthly, line.present_value)
    )
    return msgspec.structs.replace(line, once=once, monthly=monthly, present_value=present)
