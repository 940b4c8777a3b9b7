"""Constant churn: every customer leaves at the same rate, however long they have stayed.

What most spreadsheets assume. Beside the shifted beta-geometric model it shows its bias: churn measured on young
customers, most of whom leave early, is taken for that of those who stay.
"""

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime.histories import Tenures


def pooled(tenures: Tenures) -> float | NoEstimate:
    """Retention a period: of all periods that customers came to, the share after which they stayed."""
    left = float(tenures.left.sum())
    periods = sum(count * (t + 1) for t, count in enumerate((tenures.left + tenures.going).tolist()))
    return NoEstimate("no customer was observed for a whole period") if periods == 0 else 1 - left / periods


def residual(retention: float, discount: float, *, horizon: int | None = None) -> float | NoEstimate:
    """Expected discounted periods of one who is about to renew, as `sbg.derl` counts them: r / (1 - r / (1 + d))."""
    kept = retention / (1 + discount)
    if horizon is not None:
        return horizon * retention if kept == 1 else retention * (1 - kept**horizon) / (1 - kept)
    if kept >= 1:
        return NoEstimate("nobody leaves and nothing is discounted, so the value has no bound; give a horizon")
    return retention / (1 - kept)
