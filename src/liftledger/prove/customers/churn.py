"""Churn of one period, for the textbook formulas."""

from collections.abc import Sequence

from liftledger.domain.customer_value import Kept
from liftledger.domain.estimate import NoEstimate


def pooled(found: Sequence[Kept], period: str) -> float | NoEstimate:
    """Over all whole periods of this length together."""
    starting = sum(one.starting for one in found if one.period == period)
    ending = sum(one.ending for one in found if one.period == period)
    if starting == 0:
        return NoEstimate(f"no whole {period} began with customers")
    return 1 - ending / starting
