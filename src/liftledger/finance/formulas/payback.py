"""Payback: why what was spent has not come back."""

import itertools
from collections.abc import Sequence

from liftledger.domain.estimate import NoEstimate


def no_payback(totals: Sequence[float]) -> NoEstimate:
    """`totals` of all months so far, from month 0, the last below 0."""
    last = len(totals) - 1
    if any(total < 0 <= later for total, later in itertools.pairwise(totals)):
        return NoEstimate(f"what was spent comes back, but at the end of month {last} the total is below 0 again")
    return NoEstimate(f"what was spent does not come back within {last} {'month' if last == 1 else 'months'}")
