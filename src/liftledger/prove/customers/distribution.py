"""How expected value is spread over customers: each one's own, by the history and the spending that the one has."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from liftledger.domain.customer_value import Distribution
from liftledger.domain.customers import Purchases
from liftledger.engine.engine import Arrays
from liftledger.lifetime import gamma_gamma
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Histories, Numbers
from liftledger.prove.customers.models import Fitted
from liftledger.prove.customers.worth import discounted, margin

PERCENT = (0, 1, 5, *range(10, 91, 10), 95, 99, 100)  # of the customers
Whole = NDArray[np.int64]


def distribution(base: Purchases, fitted: Fitted, profiles: Arrays, *, unit: float) -> Distribution:
    """Of everybody, who have both models; `unit` is what an amount's 1 is worth in major units."""
    buying, spending = fitted.buying, fitted.spending
    assert isinstance(buying, Fit) and isinstance(spending, Fit)
    purchases = discounted(base, fitted, buying.parameters)[_places(fitted.histories, profiles)]
    repeats = np.asarray(profiles["repeats"], dtype=np.float64)
    means = np.asarray(profiles["total"], dtype=np.float64) * unit / np.maximum(repeats, 1)
    values = margin(base) * purchases * gamma_gamma.expected_spend(spending.parameters, repeats, means)
    found = tuple(_at(values, np.asarray(profiles["customers"], dtype=np.int64)))
    return Distribution(tuple(percent / 100 for percent in PERCENT), found)


def _at(values: Numbers, customers: Whole) -> Iterator[float]:
    """The lowest value that so many percent of the customers do not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(customers[order])
    for percent in PERCENT:
        enough = max(1, -(-int(reached[-1]) * percent // 100))
        yield float(values[order[np.searchsorted(reached, enough)]])


def _places(histories: Histories, profiles: Arrays) -> Whole:
    """Of each profile, where its history stands among the distinct ones, which are in the order of their numbers."""
    steps = int(histories.observed.max()) + 1  # more than any repeats or time
    known = _numbered(histories.repeats, histories.last, histories.observed, steps)
    asked = _numbered(profiles["repeats"], profiles["last"], profiles["observed"], steps)
    return np.searchsorted(known, asked)


def _numbered(repeats: ArrayLike, last: ArrayLike, observed: ArrayLike, steps: int) -> Whole:
    """A whole number for each history, in their order."""
    x, recency, age = (np.asarray(one, dtype=np.int64) for one in (repeats, last, observed))
    found: Whole = (x * steps + recency) * steps + age
    return found
