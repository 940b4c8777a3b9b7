"""James and Stein's factor: how far several effects are to be shrunk together towards 0."""

import math
from collections.abc import Sequence


def positive_part(effects: Sequence[float], ses: Sequence[float]) -> float:
    """The factor by which to multiply each; of three or more.

    Efron & Morris 1973, "Stein's estimation rule and its competitors", Journal of the American Statistical Association
    68, equation 1.5, not below 0: 1 - (k - 2) / sum of (effect / se)^2. It knows neither what effects tend to be, nor
    how sure it is itself; `own_prior` knows both.
    """
    if len(effects) < 3:
        raise ValueError(f"there are {len(effects)} effects; it takes 3 to shrink them by each other")
    squares = math.fsum((effect / se) ** 2 for effect, se in zip(effects, ses, strict=True))
    return max(0.0, 1 - (len(effects) - 2) / squares) if squares else 0.0
