"""A prior from one's own studies: what true effects of a metric tend to be, and how sure that is."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from liftledger.domain.estimate import Interval, NoEstimate

FEWEST = 6  # studies
GRID = 80  # points

Array = NDArray[np.float64]


class OwnPrior(NamedTuple):
    """True effects are normal with an unknown mean and spread, which are given as a mixture over spreads."""

    effects: Array  # as measured, by study
    ses: Array
    shares: Array  # probability of each spread
    spreads: Array  # sd of the true effects
    means: Array  # their mean, expected at each spread
    variances: Array  # of that mean

    @property
    def spread(self) -> float:
        """Expected sd of the true effects."""
        return math.fsum(self.shares * self.spreads)

    def center(self, confidence: float) -> Interval:
        """Mean of the true effects."""
        return _interval(self.shares, self.means, self.variances, confidence)

    def next_study(self, confidence: float) -> Interval:
        """True effect of a study that is not among these: a prior for it, whose own uncertainty is included."""
        return _interval(self.shares, self.means, self.variances + self.spreads**2, confidence)

    def expected(self, worths: Sequence[float], confidence: float) -> Interval:
        """Sum of true effects x `worths`, by study; a study with worth 0 does not count.

        At a spread t, a study's effect gives way to the mean by the share se^2 / (se^2 + t^2). All give way to the same
        mean, so what is not known of it does not average out.
        """
        worth = np.asarray(worths, dtype=float)
        yielded = self.ses**2 / (self.ses**2 + self.spreads[:, None] ** 2)
        centers = (self.effects + yielded * (self.means[:, None] - self.effects)) * worth
        own = (worth * self.ses) ** 2 * (1 - yielded)
        shared = (yielded * worth).sum(axis=1) ** 2 * self.variances
        return _interval(self.shares, centers.sum(axis=1), own.sum(axis=1) + shared, confidence)


def own_prior(effects: Sequence[float], ses: Sequence[float]) -> OwnPrior | NoEstimate:
    """Of independent studies of one metric, all of them: those that failed too.

    The normal hierarchical model (Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., section 5.4), whose spread is
    integrated over and not estimated: a plug-in estimate of it is often 0, and its intervals then miss. What is
    believed before is weak, on the scale s of the studies' own standard errors (their geometric mean): the spread is
    half-Cauchy with scale s (Gelman 2006, "Prior distributions for variance parameters in hierarchical models",
    Bayesian Analysis 1), and the mean is normal around 0 with the variance of one study, s^2 + spread^2 (the
    information of one observation: Kass & Wasserman 1995), as if one more study had been run and had found nothing.
    """
    if len(effects) < FEWEST:
        return NoEstimate(f"there are {len(effects)} own studies; it takes {FEWEST} to tell what effects tend to be")
    if min(ses) <= 0:
        return NoEstimate("a study has no standard error")
    y, variance = np.asarray(effects, dtype=float), np.asarray(ses, dtype=float) ** 2
    scale = math.exp(math.fsum(map(math.log, ses)) / len(ses))
    spreads = scale * np.tan(np.pi / 2 * (np.arange(GRID) + 0.5) / GRID)  # each as likely, before
    precision = 1 / (variance + spreads[:, None] ** 2)
    before = 1 / (scale**2 + spreads**2)
    means_variance = 1 / (precision.sum(axis=1) + before)
    means = means_variance * (precision * y).sum(axis=1)
    log = np.log(precision).sum(axis=1) + np.log(means_variance * before)
    log += means**2 / means_variance - (precision * y * y).sum(axis=1)
    likelihood = np.exp((log - log.max()) / 2)
    return OwnPrior(y, np.sqrt(variance), likelihood / likelihood.sum(), spreads, means, means_variance)


def _interval(shares: Array, means: Array, variances: Array, confidence: float) -> Interval:
    """Of a mixture of normal distributions: mean, sd and equal tails."""
    mean = math.fsum(shares * means)
    sd = math.sqrt(math.fsum(shares * (variances + (means - mean) ** 2)))
    if sd == 0:
        return Interval(mean, 0.0, mean, mean)
    low, high = _quantiles(shares, means, np.sqrt(variances), confidence)
    return Interval(mean, sd, low, high)


def _quantiles(shares: Array, means: Array, sds: Array, confidence: float) -> tuple[float, float]:
    """By bisection between the outermost components' own quantiles, both ends at the same time."""
    below = np.array([[1 - confidence], [1 + confidence]]) / 2
    ends = means + sds * special.ndtri(below)
    lows, highs = ends.min(axis=1, keepdims=True), ends.max(axis=1, keepdims=True)
    for _ in range(48):
        middles = (lows + highs) / 2
        found = (shares * special.ndtr((middles - means) / sds)).sum(axis=1, keepdims=True)
        lows, highs = np.where(found < below, middles, lows), np.where(found < below, highs, middles)
    low, high = ((lows + highs) / 2)[:, 0]
    return float(low), float(high)
