"""Payback: when what was spent has come back, for good."""

import itertools
from collections.abc import Sequence

import msgspec

from liftledger.domain.estimate import NoEstimate


class Payback(msgspec.Struct, frozen=True):
    """Periods from the beginning, and the last period whose end is still below 0; None where none is."""

    value: float
    last_below: int | None


def payback(flows: Sequence[float]) -> Payback | NoEstimate:
    """The first point from which the cumulative flows stay at or above 0; flows count as even within a period.

    A cumulative sum that recovers and falls below 0 again has not paid back. Discounted flows give the discounted
    payback.
    """
    totals = list(itertools.accumulate(flows))
    last = max((period for period, total in enumerate(totals) if total < 0), default=None)
    if last is None:
        return Payback(0.0, None)
    if last + 1 < len(totals):
        return Payback(last - totals[last] / flows[last + 1], last)
    if any(total < 0 <= later for total, later in itertools.pairwise(totals)):
        return NoEstimate(f"what was spent comes back, but at the end of month {last} the total is below 0 again")
    return NoEstimate(f"what was spent does not come back within {last} months")
