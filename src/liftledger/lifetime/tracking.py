"""What a model expects of customers who come at different times, step after step."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from liftledger.lifetime.histories import Numbers

Newcomer = Callable[[dict[str, float], Numbers], Numbers]  # repeat purchases of a new customer by each time


def cumulated(expected_new: Newcomer, parameters: Mapping[str, float], firsts: Sequence[int]) -> list[float]:
    """Repeat purchases expected by the end of each step, of so many customers whose first purchase was in each step."""
    ages = expected_new(dict(parameters), np.arange(len(firsts), dtype=float))
    return [float(value) for value in np.convolve(np.asarray(firsts, dtype=float), ages)[: len(firsts)]]
