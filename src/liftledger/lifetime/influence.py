"""How a modelled average over randomised units varies with the units that came: they made its models, too.

Two-step M-estimation: Newey & McFadden (1994), "Large sample estimation and hypothesis testing", Handbook of
Econometrics IV, chapter 36, section 6. With other units the average F of what is expected of N units, f_i of unit i,
would be another, and so would the parameters that it is expected by. To first order unit i moves it by

    (f_i - F) / N + g' C s_i,

g being the gradient of F in the parameters, C the inverse of their information and s_i the score of the unit: the
gradient of its log-likelihood. The first part is 0 for one that the average is not over, such as a customer who left.
The squares of these add up to the variance, as units come independently. What is taken for the mean and for the
parameters alone would leave out that both come of the same units. As scores are taken as they are, the variance of the
parameters is that of White's sandwich, which holds where the models are not the true ones.
"""

import math
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from liftledger.domain.estimate import Interval
from liftledger.lifetime.averages import on_log, slopes
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers, dot


class Stage(msgspec.Struct, frozen=True):
    """A model that was fitted to units, as a function of its parameters."""

    fit: Fit
    told: Callable[[dict[str, float]], Numbers]  # log-likelihood of a unit of each row, 0 where it is not in the fit
    mean: Callable[[dict[str, float]], float]  # the average, all other models being as they are fitted


def average_of_units(
    expected: Numbers,
    counts: Numbers,
    units: int,
    stages: Sequence[Stage],
    *,
    apart: float = 0.0,
    among: Numbers | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Mean over so many units of what is expected of each, a number above 0, on the log scale.

    Each row stands for `counts` units that are alike to the models, and of which `expected` is expected on average:
    `apart` is the sum of the squares by which units are apart from their row's. A row's `among` is 1 where the average
    is over its units, else 0: they are in fits only. All further ones of the `units` add 0 and are in no fit.
    """
    inside = np.ones(len(counts)) if among is None else among
    mean = dot(expected, counts * inside) / units
    moved = inside * (expected - mean) / units
    for stage in stages:
        moved = moved + influence(stage)
    absent = units - dot(counts, inside)
    error = math.sqrt(dot(counts, moved**2) + apart / units**2 + absent * (mean / units) ** 2)
    return on_log(mean, error, confidence=confidence)


def influence(stage: Stage) -> Numbers:
    """By how much a unit of each row moves the average through the parameters: g' C s_i."""
    weights = slopes(stage.fit, stage.mean) @ np.array(stage.fit.covariance)
    found: Numbers = np.sum(weights[:, None] * scores(stage), axis=0)
    return found


def scores(stage: Stage) -> Numbers:
    """Gradients of the log-likelihood of a unit of each row; a row a parameter. Over the units they add up to 0."""
    return slopes(stage.fit, stage.told)
