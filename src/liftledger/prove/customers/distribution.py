"""How expected value is spread over customers: each one's own, by the history and the spending that the one has."""

from collections.abc import Iterator

import numpy as np

from liftledger.domain.customer_value import Distribution
from liftledger.domain.customers import Purchases
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers
from liftledger.prove.customers.models import Fitted
from liftledger.prove.customers.profiles import Profiles, Whole
from liftledger.prove.customers.worth import discounted, margin

PERCENT = (0, 1, 5, *range(10, 91, 10), 95, 99, 100)  # of the customers


def distribution(base: Purchases, fitted: Fitted, profiles: Profiles) -> Distribution:
    """Of everybody, who have both models."""
    buying, spending = fitted.buying, fitted.spending
    assert isinstance(buying, Fit) and isinstance(spending, Fit)
    purchases = discounted(base, fitted, buying.parameters)[profiles.history]
    values = margin(base) * purchases * profiles.expected_spend(spending.parameters)
    found = tuple(_at(values, profiles.customers))
    return Distribution(tuple(percent / 100 for percent in PERCENT), found)


def _at(values: Numbers, customers: Whole) -> Iterator[float]:
    """The lowest value that so many percent of the customers do not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(customers[order])
    for percent in PERCENT:
        enough = max(1, -(-int(reached[-1]) * percent // 100))
        yield float(values[order[np.searchsorted(reached, enough)]])
