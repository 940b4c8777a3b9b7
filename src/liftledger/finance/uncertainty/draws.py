"""Joint draws of all that is uncertain in a case, and the NPV of each."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from liftledger.domain.workings import Workings
from liftledger.finance.uncertainty.uncertain import pairs, uncertain
from liftledger.finance.workings.evaluation import Evaluation

NPV = "summary.npv"
AMOUNTS = ("benefits", "costs", "roi")  # of the summary, besides
# Numbers, 30 MB, that are allocated and freed, never touched: after that glibc keeps as much of what is freed, instead
# of asking the system for each array anew, which would take as long again as the computation.
KEPT = 3_900_000

Array = NDArray[np.float64]


class Draws(NamedTuple):
    """Antithetic: the second half of all arrays mirrors the first."""

    inputs: dict[str, Array]
    npv: Array
    amounts: Mapping[str, Array] = {}  # by name in the summary


def draw(workings: Workings, number: int, seed: int) -> Draws:
    """`number` is even. Inputs are drawn one after the other; what is shared, as a study's luck, is one input."""
    rng = np.random.default_rng(seed)
    inputs = {one.name: pairs(one, number // 2, rng) for one in uncertain(workings.inputs)}
    found = _evaluated(workings, inputs)
    rows = {row.name for row in workings.rows}
    amounts = {name: _each(found, f"summary.{name}", number) for name in AMOUNTS if f"summary.{name}" in rows}
    return Draws(inputs, _each(found, NPV, number), amounts)


def npv(workings: Workings, inputs: Mapping[str, Array], number: int) -> Array:
    """Of each draw of the inputs; the others are taken as they are."""
    return _each(_evaluated(workings, inputs), NPV, number)


def _evaluated(workings: Workings, inputs: Mapping[str, Array]) -> Evaluation:
    np.empty(KEPT)
    return Evaluation(workings.months, workings.inputs, workings.rows, inputs)


def _each(found: Evaluation, row: str, number: int) -> Array:
    return np.broadcast_to(found[row], (number, 1))[:, 0].copy()
