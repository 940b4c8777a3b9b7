"""The mean time to the event, no time counting for more than the horizon: the area under the survival curve."""

from bisect import bisect_left

from liftledger.stats.level import Level, level
from liftledger.stats.survival import Survival


def restricted_mean(survival: Survival, horizon: int) -> Level:
    """In steps; needs a curve that is known up to the horizon, and a unit.

    Klein & Moeschberger (2003), Survival Analysis, equations (4.5.1) and (4.5.2): tau is the horizon.
    """
    inside = bisect_left(survival.steps, horizon)  # an event at the horizon itself changes nothing
    ends = [*survival.steps[1:inside], horizon]
    areas, area = [0.0] * inside, 0.0
    for place in reversed(range(inside)):
        area += survival.share[place] * (ends[place] - survival.steps[place])
        areas[place] = area
    first = survival.steps[0] if inside else horizon
    return level(survival, first + area, areas)
