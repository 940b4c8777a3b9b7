"""James and Stein's factor: how far effects that were measured equally well are to be shrunk together towards 0."""

import math
from collections.abc import Sequence


def positive_part(effects: Sequence[float], se: float) -> float:
    """The factor by which to multiply each; of three or more.

    Efron & Morris 1973, "Stein's estimation rule and its competitors", Journal of the American Statistical Association
    68, equation 1.5, not below 0: 1 - (k - 2) se^2 / sum of squares. It knows neither what else was believed nor how
    sure it is itself; `own_prior` knows both.
    """
    if len(effects) < 3:
        raise ValueError(f"there are {len(effects)} effects; it takes 3 to shrink them by each other")
    squares = math.fsum(effect * effect for effect in effects)
    return max(0.0, 1 - (len(effects) - 2) * se * se / squares) if squares else 0.0
