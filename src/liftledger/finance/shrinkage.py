"""Shrinkage: what to expect of an effect, given what was believed before and what was measured."""

import math

import msgspec


class Posterior(msgspec.Struct, frozen=True):
    """What is believed of the true effect after the measurement: normal."""

    mean: float
    sd: float
    weight: float  # of the measurement; the prior's mean has the rest


def posterior(effect: float, se: float, *, mean: float, sd: float) -> Posterior:
    """The normal prior (mean, sd) updated by an effect that was measured with standard error `se`.

    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.5, with one observation: weight =
    sd^2 / (sd^2 + se^2), posterior variance = 1 / (1 / sd^2 + 1 / se^2). An exact measurement (se = 0) stands as it is.
    """
    if se == 0:
        return Posterior(effect, 0.0, 1.0)
    whole = math.hypot(sd, se)
    weight = (sd / whole) ** 2
    return Posterior(mean + weight * (effect - mean), se * (sd / whole), weight)
