"""Expansion: what accounts pay more because of it, a year, and for each unit of money spent on infrastructure."""

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.figure import scaled

YEAR = 12  # months


def yearly(monthly: Interval) -> Interval:
    """Recurring revenue a year of what comes every month."""
    return scaled(monthly, YEAR)


def per_money(revenue: Interval, cost: float) -> Interval | NoEstimate:
    """Incremental revenue a year / fully loaded cost a year: always a difference of arms, never the treated alone."""
    if cost <= 0:
        return NoEstimate("no cost is marked as infrastructure")
    return scaled(revenue, 1 / cost)


def yearly_cost(total: float, months: int) -> float:
    """An average year of a cost that comes to `total` over `months`, one-off amounts among it."""
    return total * YEAR / months
