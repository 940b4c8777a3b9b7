"""The cash-flow: benefits and costs by month."""

from collections.abc import Sequence

from liftledger.domain.cash import Month
from liftledger.domain.value import Value
from liftledger.finance.price import Price


def cash_flow(prices: Sequence[Price], value: Value, factors: Sequence[float]) -> tuple[Month, ...]:
    """From month 0, with what is spent once, to the last."""
    once, monthly = (float(sum(getattr(cost, name) for cost in value.costs)) for name in ("once", "monthly"))
    benefits = {price.line.name: price.benefits for price in prices}
    months = []
    cumulative = 0.0
    for month, factor in enumerate(factors):
        of_lines = {name: amounts[month] for name, amounts in benefits.items()}
        costs = monthly if month else once
        net = sum(of_lines.values()) - costs
        cumulative += net
        months.append(Month(month, of_lines, costs, net, factor, net * factor, cumulative))
    return tuple(months)
