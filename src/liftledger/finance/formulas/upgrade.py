"""Time to upgrade: how much earlier units upgrade, and the time on the larger plan that this gains."""

from liftledger.domain.estimate import Interval
from liftledger.finance.figure import scaled

MONTH = 30  # days, as of every unit-month


def gained(days: Interval, units: float) -> Interval:
    """Months on the larger plan that `units` gain, by a difference of restricted mean times, treatment minus control.

    Until the horizon, a unit spends on the larger plan what is left of it after its upgrade. So a restricted mean that
    is shorter by a day is a day on it more, of units that never upgrade too.
    """
    return scaled(days, -units / MONTH)
