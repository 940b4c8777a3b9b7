"""The share of units with the event by each time: at a mark, and as a curve with bands and median."""

import math
from bisect import bisect_right

import msgspec

from liftledger.domain.durations import Durations
from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.domain.instant import DAY
from liftledger.stats.distributions import normal_quantile
from liftledger.stats.level import Level, level
from liftledger.stats.survival import Survival, survival

POINTS = 250  # of a curve that is drawn
ROUNDING = 1e-12  # a share that is above a half by less is a half


def share_without(survival: Survival, mark: int) -> Level:
    """Share of units still without the event after a step; needs a curve that is known up to it, and a unit.

    Greenwood (1926); Klein & Moeschberger (2003), equation (4.2.2).
    """
    share = survival.at(mark)
    return level(survival, share, [share] * bisect_right(survival.steps, mark))


class Curve(msgspec.Struct, frozen=True):
    """Share of units with the event by each time, with pointwise bands; ends with the last observed step."""

    days: tuple[float, ...]  # from 0
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    at_risk: tuple[int, ...]  # units observed so far and without the event until this step
    median_days: Answer
    units: int


def curve(durations: Durations, *, grid: int, confidence: float) -> Curve:
    """One point a step; needs a unit.

    Bands are Wilson's for a share of n units, n being the effective number of units S (1 - S) / V with Greenwood's
    variance V; before the first event, the units at risk. They stay within 0 and 1 and have a width where S is 1 or 0.
    Rothman (1978), Journal of Chronic Diseases 31, 557-560; recommended for small samples by Anderson, Bernstein &
    Pike (1982), Biometrics 38, 407-416.
    """
    found = survival(durations)
    z = normal_quantile((1 + confidence) / 2)
    left, place, share, variation, effective = found.units, 0, 1.0, 0.0, float(found.units)
    without: list[tuple[float, float, float]] = []
    at_risk: list[int] = []
    for step in range(found.last + 1):
        at_risk.append(left)
        if place == 0:
            effective = float(left)
        had = 0
        if place < len(found.steps) and found.steps[place] == step:
            had, share = found.events[place], found.share[place]
            place += 1
            if share > 0:
                variation += had / (left * (left - had))
                effective = (1 - share) / (share * variation)
        without.append((share, *wilson(share, effective, z)))
        left -= had + durations.censored.get(step, 0)
    return Curve(
        days=tuple(step * grid / DAY for step in range(found.last + 1)),
        share=tuple(1 - share for share, _, _ in without),
        low=tuple(1 - high for _, _, high in without),
        high=tuple(1 - low for _, low, _ in without),
        at_risk=tuple(at_risk),
        median_days=_median(without, grid, z),
        units=found.units,
    )


def thinned(curve: Curve, points: int = POINTS) -> Curve:
    """At most so many points, evenly spread; the first and the last stay."""
    length = len(curve.days)
    if length <= points:
        return curve
    kept = [place * (length - 1) // (points - 1) for place in range(points)]
    drawn = {name: tuple(getattr(curve, name)[i] for i in kept) for name in ("days", "share", "low", "high", "at_risk")}
    return msgspec.structs.replace(curve, **drawn)


def wilson(share: float, units: float, z: float) -> tuple[float, float]:
    """All true shares from which a share of so many units is at most z standard errors away.

    Wilson (1927), JASA 22, 209-212; NIST/SEMATECH e-Handbook, section 7.2.4.1.
    """
    z2 = z * z / units
    middle = share + z2 / 2
    half = math.sqrt(z2 * (share * (1 - share) + z2 / 4))
    return min(max((middle - half) / (1 + z2), 0.0), share), max(min((middle + half) / (1 + z2), 1.0), share)


def _median(without: list[tuple[float, float, float]], grid: int, z: float) -> Answer:
    """First step by which half of the units have the event.

    Brookmeyer & Crowley (1982), Biometrics 38, 29-41: the interval is from where the lower band of S reaches a half
    to where the upper one does. There is no formula for its standard error, so it is the interval's half width over z.
    """
    whole = days(len(without) - 1, grid)
    value, low, high = (
        next((step * grid / DAY for step, point in enumerate(without) if point[which] <= 0.5 + ROUNDING), None)
        for which in range(3)
    )
    if value is None or low is None:
        return NoEstimate(f"fewer than half of the units have the event within {whole}")
    if high is None:
        return NoEstimate(
            f"half of the units have the event within {value:.4g} days, but the upper end of its interval lies "
            f"beyond {whole}"
        )
    return Interval(value, (high - low) / (2 * z), low, high)


def days(step: int, grid: int) -> str:
    """'30 days', '1 day', '0.5 days'."""
    number = f"{step * grid / DAY:.4g}"
    return f"{number} day" if number == "1" else f"{number} days"
