"""Whether customers who were about to leave stayed: after an intervention, and as it had been before."""

import math

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.formulas.normal import interval


def share(kept: float, units: int, *, confidence: float) -> Interval | NoEstimate:
    """A share with the error of its number of units: square root of p (1 - p) / n."""
    if units < 1:
        return NoEstimate("there are no units")
    return interval(kept, math.sqrt(kept * (1 - kept) / units), confidence=confidence)


def pooled(ending: int, starting: int, *, confidence: float) -> Interval | NoEstimate:
    """Retention over several periods together: who was there at the ends / who was at the beginnings."""
    if starting < 1:
        return NoEstimate("nobody was there before")
    return share(ending / starting, starting, confidence=confidence)


def saved(kept: Interval, baseline: Interval, *, confidence: float) -> Interval | NoEstimate:
    """Of those who would have left by the baseline, the share who stayed: (kept - b) / (1 - b).

    Delta method; both shares are of different customers.
    """
    left = 1 - baseline.value
    if baseline.high >= 1:
        return NoEstimate("as far as is known nobody left before, so nobody could be saved")
    value = (kept.value - baseline.value) / left
    se = math.hypot(kept.se, (1 - kept.value) / left * baseline.se) / left
    return interval(value, se, confidence=confidence)
