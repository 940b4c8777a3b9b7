"""What information is worth to whoever may still say no (Raiffa & Schlaifer 1961, Applied Statistical Decision Theory).

The choice is between the case, whose NPV is normal around `mean`, and leaving it, which brings 0.
"""

import math


def unit_normal_loss(u: float) -> float:
    """E[max(Z - u, 0)] of a standard normal Z: phi(u) - u x (1 - Phi(u))."""
    return math.exp(-u * u / 2) / math.sqrt(2 * math.pi) - u * math.erfc(u / math.sqrt(2)) / 2


def evpi(mean: float, sd: float) -> float:
    """Expected value of perfect information: what it is worth to learn the NPV before the choice."""
    return sd * max(unit_normal_loss(abs(mean) / sd), 0.0) if sd else 0.0


def evsi(mean: float, sd: float, se: float) -> float:
    """Expected value of a sample that measures the NPV with standard error `se`; infinite `se`: no sample."""
    return evpi(mean, foreseen(sd, se))


def foreseen(sd: float, se: float) -> float:
    """How far a sample will move the expected NPV: the sd of its mean after the sample, seen from before it."""
    return sd * (sd / math.hypot(sd, se)) if sd else 0.0
