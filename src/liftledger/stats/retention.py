"""Retention and churn of one period: of those there at its start, the share still there at its end."""

from liftledger.domain.customer_value import Kept
from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.stats.distributions import normal_quantile
from liftledger.stats.kaplan_meier import wilson

NOBODY = "there is nobody at the start"


def kept(period: str, start: str, starting: int, ending: int, *, confidence: float = 0.95) -> Kept:
    """One calendar period (month, quarter, year) that begins on the day `start`; `ending` are of the starting ones."""
    retention, churn = (share(part, starting, confidence=confidence) for part in (ending, starting - ending))
    return Kept(period, start, starting, ending, retention, churn)


def share(part: int, whole: int, *, confidence: float = 0.95) -> Answer:
    """A share of customers with Wilson's interval."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if whole == 0:
        return NoEstimate(NOBODY)
    return of_units(part / whole, whole, confidence=confidence)


def of_units(share: float, units: float, *, confidence: float) -> Interval:
    """A share of so many units, or effective units.

    The standard error is the interval's half width over z: the textbook's is 0 where the share is 0 or 1.
    """
    z = normal_quantile((1 + confidence) / 2)
    low, high = wilson(share, units, z)
    return Interval(share, (high - low) / (2 * z), low, high)
