"""Present value of a customer by a retention curve: as far as it was observed, and as a model goes on from there."""

import math
from collections.abc import Sequence

import msgspec

from liftledger.domain.estimate import NoEstimate


class Parts(msgspec.Struct, frozen=True):
    """Money of one customer, in two parts that are of different evidence."""

    observed: float
    extrapolated: float


def by_curve(
    observed: Sequence[float], extrapolated: Sequence[float], *, margin: float, discount: float, months: int
) -> Parts:
    """Sum of margin x share still there / (1 + discount)^t over months 1 to `months`; `discount` is that of a month.

    `observed` are shares still there from month 0 on, `extrapolated` those of the months after them.
    """
    shares = [*observed, *extrapolated][: months + 1]
    present = [margin * share / (1 + discount) ** month for month, share in enumerate(shares)]
    return Parts(math.fsum(present[1 : len(observed)]), math.fsum(present[len(observed) :]))


def payback(shares: Sequence[float], *, margin: float, discount: float, cost: float) -> float | NoEstimate:
    """Months until customers who leave by the curve have earned `cost` each, discounted; even within a month.

    `shares` are those still there from month 0 on; `margin` and `discount` are of a month.
    """
    earned = 0.0
    for month, share in enumerate(shares[1:], 1):
        flow = margin * share / (1 + discount) ** month
        if earned + flow >= cost:
            return month - 1 + (cost - earned) / flow if flow > 0 else float(month)
        earned += flow
    return NoEstimate(f"within {len(shares) - 1} months of the retention curve it is not earned back")
