"""Whether customers left as a fitted model has it: what its extrapolation can be trusted for.

The shifted beta-geometric model knows one story, retention rises with tenure; one churn knows none, it stays. Where
contracts run out, prices go up or a product ages, retention falls, and such a model looks ahead too brightly.
"""

import msgspec
import numpy as np
from scipy.special import chdtrc

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime import sbg
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers, Tenures
from liftledger.lifetime.leaving import Retention

FEWEST = 5.0  # expected to leave in a cell
DOUBTFUL = 0.01


class Agreement(msgspec.Struct, frozen=True):
    """Pearson's chi-square of those who left, by tenure; and churn a period in the later half of the cells."""

    chi2: float
    dof: int
    p_value: float
    since: int  # first period of that half
    observed: float
    expected: float

    @property
    def warning(self) -> str | None:
        """A sentence for the reader, where the model does not describe the tenures."""
        if self.p_value >= DOUBTFUL:
            return None
        return (
            f"customers did not leave as the model has it (chi-square {self.chi2:.4g} with {self.dof} degrees of "
            f"freedom): from period {self.since} on {self.observed:.2%} a period left, {self.expected:.2%} by the "
            "model, so do not rely on what it says of the time to come"
        )


def agreement(fit: Fit, tenures: Tenures, retention: Retention = sbg.retention) -> Agreement | NoEstimate:
    """Adjacent periods are one cell until 5 were expected to leave; each parameter is paid for by a cell.

    `retention` is the model's.
    """
    left, stayed = sbg.steps(tenures)
    at_risk = left + stayed
    kept = retention(fit, np.arange(1.0, len(left) + 1))
    expected = at_risk * (1 - kept)
    starts = _cells(expected)
    dof = len(starts) - len(fit.parameters)
    if dof < 1:
        return NoEstimate("too few customers left in too few periods to tell whether they left as the model has it")
    seen, told, spread = (np.add.reduceat(column, starts) for column in (left, expected, expected * kept))
    chi2 = float(np.sum((seen - told) ** 2 / spread))
    late = starts[len(starts) // 2]
    periods = at_risk[late:].sum()
    of_late = (float(column[late:].sum() / periods) for column in (left, expected))
    return Agreement(chi2, dof, float(chdtrc(dof, chi2)), late + 1, *of_late)


def _cells(expected: Numbers) -> list[int]:
    """Where each cell starts; what is left over at the end belongs to the last."""
    starts, within = [0], 0.0
    for place, one in enumerate(expected.tolist()):
        if within >= FEWEST and expected[place:].sum() >= FEWEST:
            starts.append(place)
            within = 0.0
        within += one
    return starts
