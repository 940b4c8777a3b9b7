"""Customers of a group by when they bought and by what they spent, together: each distinct profile once."""

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from liftledger.engine.engine import Arrays
from liftledger.lifetime import gamma_gamma
from liftledger.lifetime.histories import Histories, Numbers

Whole = NDArray[np.int64]


class Profiles(msgspec.Struct, frozen=True):
    """In the order of their histories and, of one history, of their totals; columns of equal length."""

    history: Whole  # its place among the group's distinct ones
    repeats: Numbers
    total: Numbers  # of one customer's repeat purchases, in major units
    customers: Whole

    def expected_spend(self, parameters: dict[str, float]) -> Numbers:
        """On a purchase to come, of each profile."""
        return gamma_gamma.expected_spend(parameters, self.repeats, self.total / np.maximum(self.repeats, 1))


def profiles_of(columns: Arrays, histories: Histories, *, unit: float) -> Profiles:
    """Of rows in any order and the distinct histories of the same customers, in the order of their numbers.

    `unit` is what an amount's 1 is worth in major units.
    """
    steps = int(np.max(histories.observed, initial=0)) + 1  # more than any repeats or time
    known = _numbered(histories.repeats, histories.last, histories.observed, steps)
    history = np.searchsorted(known, _numbered(columns["repeats"], columns["last"], columns["observed"], steps))
    total: Numbers = np.asarray(columns["total"], dtype=np.float64)
    order = np.lexsort((total, history))  # sums come out the same however the engine has listed the rows
    repeats: Numbers = np.asarray(columns["repeats"], dtype=np.float64)
    customers: Whole = np.asarray(columns["customers"], dtype=np.int64)
    return Profiles(history[order], repeats[order], total[order] * unit, customers[order])


def _numbered(repeats: ArrayLike, last: ArrayLike, observed: ArrayLike, steps: int) -> Whole:
    """A whole number for each history, in their order."""
    x, recency, age = (np.asarray(one, dtype=np.int64) for one in (repeats, last, observed))
    found: Whole = (x * steps + recency) * steps + age
    return found
