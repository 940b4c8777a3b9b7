"""The sum of several measured amounts, with as much of their errors as they may share."""

import math
from collections.abc import Iterable

from liftledger.domain.estimate import Interval
from liftledger.finance.formulas.normal import interval


def together(parts: Iterable[tuple[str, Interval]], *, confidence: float) -> Interval:
    """Of amounts with the studies that measured them.

    As in the NPV: standard errors of one study are added, the most that they can come to, and studies are independent.
    """
    value, by_study = 0.0, dict[str, float]()
    for study, one in parts:
        value += one.value
        by_study[study] = by_study.get(study, 0.0) + one.se
    return interval(value, math.hypot(*by_study.values()), confidence=confidence)
