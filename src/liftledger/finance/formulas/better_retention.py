"""What it is worth if customers stay a little longer: the textbook's 5 %."""

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.formulas.normal import interval

BETTER = 0.05  # relative


def better(retention: float, by: float = BETTER) -> float:
    """Annual retention that is better by a share of itself; nobody can stay more often than always."""
    return min(1.0, retention * (1 + by))


def worth(margin: float, retention: float, discount: float) -> float:
    """Present value of a customer with one retention for all years; `margin` and `discount` of a year.

    The convention m r / (1 + d - r): first margin a year ahead, from those who stay.
    """
    return margin * retention / (1 + discount - retention)


def gain(
    margin: float, retention: Interval, discount: float, *, confidence: float, by: float = BETTER
) -> Interval | NoEstimate:
    """Of a customer, by better retention; delta method.

    The slope of worth by r is m (1 + d) / (1 + d - r)^2, and better retention moves by 1 + `by`, or not at all where
    it is at 100 %.
    """
    if discount <= 0:
        return NoEstimate("without discounting, who never leaves is worth more than any amount")
    held, improved = retention.value, better(retention.value, by)
    value = worth(margin, improved, discount) - worth(margin, held, discount)

    def slope(r: float) -> float:
        return margin * (1 + discount) / (1 + discount - r) ** 2

    moved = slope(improved) * (1 + by) if improved < 1 else 0.0
    return interval(value, abs(moved - slope(held)) * retention.se, confidence=confidence)


def yearly(monthly: Interval, *, confidence: float) -> Interval:
    """Annual retention of one who stays each month with the same share: r^12, with the error that this makes."""
    return interval(monthly.value**12, 12 * monthly.value**11 * monthly.se, confidence=confidence)
