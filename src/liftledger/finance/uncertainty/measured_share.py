"""The measured share: how much of the NPV's variance comes from what was measured, and not from what was assumed."""

import math

import numpy as np

from liftledger.domain.workings import Workings
from liftledger.finance.uncertainty.draws import Array, Draws, npv

DIGITS = 9


def measured_share(workings: Workings, drawn: Draws) -> float | None:
    """First-order index of all measured inputs together: Var(E[NPV | measured]) / Var(NPV). None: the NPV is certain.

    What measured and assumed inputs do together, as when a range of units widens what chance in an effect is worth,
    is not counted as measured. Estimated by pick and freeze: the NPV is computed again with the same measured inputs
    and assumed ones of another draw; its covariance with the first is the numerator (Janon et al. 2014, "Asymptotic
    normality and efficiency of two Sobol index estimators", ESAIM 18, equation 6: X measured, Z assumed).
    """
    if np.ptp(drawn.npv) == 0:
        return None
    sources = {one.name: one.source for one in workings.inputs}
    assumed = [name for name in drawn.inputs if sources[name] != "measured"]
    if len(assumed) in (0, len(drawn.inputs)):
        return 0.0 if assumed else 1.0
    others = drawn.inputs | {name: _another(drawn.inputs[name]) for name in assumed}
    first, again = drawn.npv, npv(workings, others, len(drawn.npv))
    center = (math.fsum(first) + math.fsum(again)) / (2 * len(first))
    together = math.fsum((first - center) * (again - center))
    alone = (math.fsum((first - center) ** 2) + math.fsum((again - center) ** 2)) / 2
    return float(f"{min(max(together / alone, 0.0), 1.0):.{DIGITS}g}")


def _another(draws: Array) -> Array:
    """The next draw of each; pairs stay pairs."""
    return np.concatenate([np.roll(half, 1) for half in np.split(draws, 2)])
