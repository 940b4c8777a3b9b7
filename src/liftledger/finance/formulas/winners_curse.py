"""The winner's curse: effects that were kept because they were measured as large are too large on average."""

import math
from collections.abc import Sequence
from statistics import NormalDist

NORMAL = NormalDist()


def winners_bias(effects: Sequence[float], ses: Sequence[float], bars: Sequence[float]) -> float:
    """By how much the sum of those kept overstates their true sum, on average.

    Lee & Shen 2018, "Winner's curse: bias estimation for total effects of features in online controlled experiments",
    KDD, section 3: beta = sum over all experiments, kept or not, of sigma x phi((sigma b - a) / sigma). There a is the
    true effect, sigma its standard error, and one is kept whose effect / sigma is above its bar b. True effects are not
    known: with measured ones in their place, as the authors do, beta is itself an estimate.
    """
    found = (se * NORMAL.pdf(bar - effect / se) for effect, se, bar in zip(effects, ses, bars, strict=True))
    return math.fsum(found)


def exaggeration(power: float, *, alpha: float = 0.05) -> float:
    """How many times too large an effect is on average if it is shown only when it is significant in its direction.

    Gelman & Carlin 2014, "Beyond power calculations", Perspectives on Psychological Science 9: the type M error,
    without the tail of the wrong sign. With true effect / se = d and the bar z, it is E[Z | Z > z] / d of Z ~ N(d, 1).
    """
    bar = NORMAL.inv_cdf(1 - alpha / 2)
    true = bar + NORMAL.inv_cdf(power)
    if true <= 0:
        raise ValueError(f"a power of {power} is that of no effect, or of one in the other direction")
    return 1 + NORMAL.pdf(bar - true) / power / true
