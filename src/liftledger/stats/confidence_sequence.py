"""Bounds that hold at every look at once: asymptotic confidence sequences from Robbins' normal mixture.

An interval at 95 % is right on one look in twenty; whoever looks every day and stops at the first that pleases is
wrong far more often. A confidence sequence contains the true effect on all looks together, with the chance declared.

Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences",
Annals of Statistics 52 (2024), arXiv 2103.06476v7: two-sided equation (9), one-sided (134), tuning (161).
Their t is `units`, their sigma / sqrt(t) the estimate's standard error. GrowthBook's and Eppo's sequential tests are
the two-sided one, tuned for 5,000 and 10,000.
"""

import math

from liftledger.stats.distributions import t_quantile
from liftledger.stats.joint import Contrast
from liftledger.stats.skew import corrected_for, inverse, skewness

SURE = 0.5  # alpha of a one-sided bound lies below it
FEWEST = 50  # units of each arm from which on a look counts
SKEWED = 0.5  # skewness of the estimate up to which it does


def two_sided(units: float, *, alpha: float, tuned_for: float) -> float:
    """Half the width, in standard errors: the mixture of both directions reaches 1 / alpha here."""
    grown = 1 + units * _density(alpha, tuned_for)
    return math.sqrt(2 * grown / (grown - 1) * math.log(math.sqrt(grown) / alpha))


def one_sided(units: float, *, alpha: float, tuned_for: float) -> float:
    """How far below the estimate its lower bound lies, in standard errors; the upper bound as far above.

    The closed form is a little wider than the mixture over one direction, which has none. It is tuned as the two-sided
    one at twice the alpha.
    """
    assert 0 < alpha < SURE
    grown = 1 + units * _density(2 * alpha, tuned_for)
    return math.sqrt(2 * grown / (grown - 1) * math.log(1 + math.sqrt(grown) / (2 * alpha)))


def lower(contrast: Contrast, *, alpha: float, tuned_for: float) -> float:
    """The value that the true contrast is not below, at any look."""
    return contrast.value - contrast.se * inverse(*_reach(contrast, 1, alpha, tuned_for))


def upper(contrast: Contrast, *, alpha: float, tuned_for: float) -> float:
    """The value that the true contrast is not above, at any look."""
    return contrast.value - contrast.se * inverse(*_reach(contrast, -1, alpha, tuned_for))


def effective_units(contrast: Contrast) -> float:
    """How many units in two arms of one size would know as much.

    Estimates of several looks move together as a Brownian motion whose clock is information, 1 / se^2, however the arms
    grow (Jennison & Turnbull 2000, Group Sequential Methods, section 11.3). The number of units is such a clock only
    while the arms keep their shares.
    """
    per_unit = sum(part.variance * part.n for part in contrast.parts) / 2
    return 4 * per_unit / contrast.se**2


def _density(alpha: float, tuned_for: float) -> float:
    """Their rho^2: the variance of the mixture, so that the boundary is narrowest at so many units."""
    return (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / tuned_for


def _reach(contrast: Contrast, direction: int, alpha: float, tuned_for: float) -> tuple[float, float]:
    """Quantile of the transformed studentised contrast, and its skewness.

    The theorem is about many units. With fewer the variance is estimated and values are skewed, so the normal quantile
    gives way to Student's with the same tail, and the tail is corrected for skewness as that of an interval is.
    """
    z = one_sided(effective_units(contrast), alpha=alpha, tuned_for=tuned_for)
    quantile = -t_quantile(math.erfc(z / math.sqrt(2)) / 2, contrast.dof)
    bent = skewness(contrast)
    return direction * quantile, 0.0 if bent is None else corrected_for(bent, quantile)


def unready(contrast: Contrast) -> str:
    """Why a look does not count yet; '' where it does. The sequence begins with the first that does.

    Simulated with arms of 95 and 5 % and a share of 5 %, from 50 units of each arm on, a bound of alpha 5 % passed the
    true effect in 8.5 % of pilots, and in 2 % where looks wait for the skewness too.
    """
    fewest = min(part.n for part in contrast.parts)
    if fewest < FEWEST:
        return f"the smaller arm has {fewest:g} units; looks count from {FEWEST}"
    if contrast.se == 0:
        return "all values are equal, so nothing shows how far chance could move the effect"
    if abs(skewness(contrast) or 0.0) > SKEWED:
        return "a few large values still carry the estimate"
    return ""
