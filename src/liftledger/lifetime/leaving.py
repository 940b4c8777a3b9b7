"""Log-likelihoods of single tenures, by the retention of any contractual model."""

from collections.abc import Callable

import numpy as np

from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers

Retention = Callable[[Fit, Numbers], Numbers]  # of the periods 1, 2, ...


def of_stayers(retention: Retention, fit: Fit, last: int) -> Numbers:
    """Of customers who were observed for 0, 1, ... `last` whole periods, and stayed through them."""
    return np.concatenate(([0.0], np.cumsum(np.log(retention(fit, np.arange(1.0, last + 1))))))


def of_leavers(retention: Retention, fit: Fit, last: int) -> Numbers:
    """Of customers who left in period 1, ... `last`."""
    kept = retention(fit, np.arange(1.0, last + 1))
    found: Numbers = of_stayers(retention, fit, last)[:-1] + np.log1p(-kept)
    return found
