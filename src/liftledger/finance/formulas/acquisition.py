"""What it costs to win a customer (CAC), how soon it is earned back, and both where more visitors convert."""

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.formulas.normal import interval


def cac(spend: float, customers: float) -> float | NoEstimate:
    """Customer acquisition cost: sales and marketing of a month / new customers of that month."""
    if customers <= 0:
        return NoEstimate("no customers are won, so nothing is what one of them costs")
    return spend / customers


def payback(cost: float, revenue: float, margin: float) -> float | NoEstimate:
    """Months until the monthly revenue of a new customer, at the gross margin, has earned what it cost to win one.

    The convention of the SaaS Metrics Standards Board: sales and marketing / (monthly recurring revenue that it won x
    gross margin), of the same month, not discounted and without churn.
    """
    if revenue * margin <= 0:
        return NoEstimate("a new customer brings no margin, so what it cost is never earned back")
    return cost / (revenue * margin)


def at_constant_spend(cost: float, lift: Interval, *, confidence: float) -> Interval | NoEstimate:
    """CAC or its payback where conversion is higher by `lift`, relative, and spend stays as it is.

    More customers for the same money: cost / (1 + lift); standard error by the delta method.
    """
    if lift.low <= -1:
        return NoEstimate("the interval of the lift reaches -100%, where nobody is won at all")
    factor = 1 + lift.value
    return interval(cost / factor, cost * lift.se / factor**2, confidence=confidence)
