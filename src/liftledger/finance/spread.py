"""How far chance can move the sum of several lines."""

import math
from collections.abc import Iterable

from liftledger.finance.price import Price


def spread(prices: Iterable[Price]) -> float:
    """Standard error of the lines' total present value.

    Lines of one study are measured on the same units: their standard errors are added, as if their effects moved
    together, which is the most that it can be. Studies draw their arms independently: they are combined in quadrature.
    """
    by_study: dict[str, float] = {}
    for price in prices:
        by_study[price.line.study] = by_study.get(price.line.study, 0.0) + price.standard_error
    return math.hypot(*by_study.values())
