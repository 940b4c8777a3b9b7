"""What is uncertain of an input: the normal distribution around it, or the triangular one over its range."""

from collections.abc import Iterable
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from liftledger.domain.workings import Input

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
else:
    Array = Any


def uncertain(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """Those that are drawn. A series by month is taken as it is."""
    return tuple(one for one in inputs if not one.series and (one.sd or _low(one) < _high(one)))


def mean(one: Input) -> float:
    """Expected value of what is drawn; of a range that is lopsided it is not the declared one."""
    return one.value if one.series or one.sd else (_low(one) + one.value + _high(one)) / 3


def quantile(one: Input, share: float) -> float:
    """What the input stays below with this probability, between 0 and 1; its value where nothing is uncertain."""
    import numpy as np

    if one.series:
        return one.value
    if one.sd:
        return NormalDist(one.value, one.sd).inv_cdf(share)
    return float(_triangular(one, np.asarray(share)))


def pairs(one: Input, number: int, rng: "np.random.Generator") -> Array:
    """Twice `number` draws, antithetic: the second half mirrors the first, low where that is high."""
    import numpy as np

    if one.sd:
        errors = rng.standard_normal(number)
        return one.value + one.sd * np.concatenate([errors, -errors])
    shares = rng.random(number)
    return _triangular(one, np.concatenate([shares, 1 - shares]))


def _triangular(one: Input, shares: Array) -> Array:
    """Quantiles of the triangular distribution, by the inverse of its distribution function; its mode is the value."""
    import numpy as np

    low, mode, high = _low(one), one.value, _high(one)
    rising = low + np.sqrt(shares * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - shares) * (high - low) * (high - mode))
    return np.asarray(np.where(shares * (high - low) < mode - low, rising, falling))


def _low(one: Input) -> float:
    """A value beyond its range, as a scenario may set it, is its end."""
    return one.value if one.low is None else min(one.low, one.value)


def _high(one: Input) -> float:
    return one.value if one.high is None else max(one.high, one.value)
