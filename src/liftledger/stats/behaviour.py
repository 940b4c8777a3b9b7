"""How customers buy: averages over purchases, days and customers, with intervals by customer.

Sums are over customers, of the measures that `engine.purchasing.behaviour` names.
"""

from fractions import Fraction

from liftledger.domain.estimate import Answer
from liftledger.domain.instant import DAY
from liftledger.domain.moments import Sums
from liftledger.stats.group import interval
from liftledger.stats.quantity import Quantity
from liftledger.stats.retention import share

MONTH = 30 * DAY


def order_value(sums: Sums, unit: Fraction, *, confidence: float = 0.95) -> Answer:
    """Revenue a purchase; `unit` is what one of the sums' integers is worth in major units."""
    return interval(Quantity("revenue", "purchases", unit), sums, confidence=confidence)


def frequency(sums: Sums, grid: int, *, confidence: float = 0.95) -> Answer:
    """Purchases after the first, a customer and 30 days observed since it; `grid`: a step, in microseconds.

    The first purchase is how a customer enters: counted, it would make those observed for a short time look eager.
    """
    return interval(Quantity("repeats", "observed", Fraction(MONTH, grid)), sums, confidence=confidence)


def repeat_rate(sums: Sums, *, confidence: float = 0.95) -> Answer:
    """Share of customers who bought again."""
    return share(sums.total("again"), sums.n, confidence=confidence)


def gap_days(sums: Sums, grid: int, *, confidence: float = 0.95) -> Answer:
    """Days between two purchases, over all gaps.

    Long gaps that are not over by the end of observation are in none, so this is shorter than the true mean gap.
    """
    return interval(Quantity("span", "repeats", Fraction(grid, DAY)), sums, confidence=confidence)


def categories(sums: Sums, *, confidence: float = 0.95) -> Answer:
    """Distinct categories a customer bought in."""
    return interval(Quantity("categories", None, Fraction(1)), sums, confidence=confidence)
