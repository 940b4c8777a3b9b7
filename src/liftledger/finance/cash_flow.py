"""The cash-flow: benefits and costs by month."""

from collections.abc import Sequence

from liftledger.domain.cash import CashFlowMonth
from liftledger.finance.workings.reading import Reading


def cash_flow(lines: Sequence[str], found: Reading) -> tuple[CashFlowMonth, ...]:
    """Of lines by name; from month 0, with what is spent once, to the last."""
    benefits = {name: found.months(f"lines.{name}.benefit") for name in lines}
    names = ("cash_flow.costs", "cash_flow.net", "discount_factor", "cash_flow.present", "cash_flow.cumulative")
    return tuple(
        CashFlowMonth(month, {name: amounts[month] for name, amounts in benefits.items()}, *numbers)
        for month, numbers in enumerate(zip(*map(found.months, names), strict=True))
    )
