"""Histories of customers, each distinct one once with the number of those who have it; columns of equal length.

Times are counted from a customer's first purchase, in the unit of the model: days, weeks, or steps of a grid.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
Whole = NDArray[np.int64]
Rows = TypeVar("Rows", bound=msgspec.Struct)

PART = 2000  # rows are enough to know roughly where the most likely parameters are


def dot(weights: Numbers, values: Numbers) -> float:
    """The sum of products, the same on every machine: BLAS spreads long ones over the cores that it finds."""
    return float(np.sum(weights * values))


def pairs(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers, Places]:
    """Distinct pairs in their order, and the place among them of each row's."""
    firsts, of_first = np.unique(first, return_inverse=True)
    seconds, of_second = np.unique(second, return_inverse=True)
    codes, places = np.unique(of_first * len(seconds) + of_second, return_inverse=True)
    return firsts[codes // len(seconds)], seconds[codes % len(seconds)], places


class Histories(msgspec.Struct, frozen=True):
    """When customers bought."""

    repeats: Numbers  # x: purchases after the first
    last: Numbers  # t_x: time of the last purchase; 0 where there was only the first
    observed: Numbers  # T: time of the end of observation
    customers: Numbers  # how many have this history


class Spending(msgspec.Struct, frozen=True):
    """How much customers spend on a repeat purchase."""

    repeats: Numbers  # x > 0
    total: Numbers  # of the repeat purchases together, in major units of the currency, above 0
    customers: Numbers


class Tenures(msgspec.Struct, frozen=True):
    """How long contractual customers stayed: of period t (1, 2, ...), those who left at its end and those still there.

    A customer who left in their first period is in `left[0]`. One who was observed for t whole periods and goes on is
    in `going[t - 1]`; who was not observed for a whole period is in neither.
    """

    left: Numbers
    going: Numbers


def growing(rows: Rows) -> tuple[Rows, ...]:
    """The rows; before them, where they are many, a part of them from all over the columns."""
    columns = msgspec.structs.asdict(rows)
    every = len(columns["customers"]) // PART
    return (type(rows)(**{name: column[::every] for name, column in columns.items()}), rows) if every > 1 else (rows,)


def histories_of(columns: Mapping[str, Sequence[int]]) -> Histories:
    """Of the columns `repeats`, `last`, `observed` and `customers`, in steps of a grid."""
    return Histories(*(_numbers(columns[name]) for name in ("repeats", "last", "observed", "customers")))


def spending_of(columns: Mapping[str, Sequence[int]], *, unit: float) -> Spending:
    """Of the columns `repeats`, `total` and `customers`; `unit` is what a total's 1 is worth in major units."""
    repeats, total, customers = (_numbers(columns[name]) for name in ("repeats", "total", "customers"))
    return Spending(repeats, total * unit, customers)


def tenures_of(left: Sequence[int], going: Sequence[int]) -> Tenures:
    """Of customers by period, from the first on."""
    return Tenures(_numbers(left), _numbers(going))


def _numbers(values: Sequence[int]) -> Numbers:
    return np.asarray(values, dtype=np.float64)
