"""Variants: the same workings with other values of some inputs, all evaluated at once."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from liftledger.domain.workings import Workings
from liftledger.finance.workings.evaluation import Evaluation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
else:
    Array = Any

NPV = "summary.npv"


def variants(workings: Workings, changes: Sequence[Mapping[str, float]]) -> Evaluation:
    """One draw for each of the changes: input -> value; the rest is as it is."""
    import numpy as np

    values = {one.name: one.value for one in workings.inputs}
    given: dict[str, float | Array] = {}
    for place, change in enumerate(changes):
        for name, value in change.items():
            given.setdefault(name, np.full(len(changes), values[name]))[place] = value  # type: ignore[index]
    return Evaluation(workings.months, workings.inputs, workings.rows, given)


def each(found: Evaluation, name: str, number: int) -> list[float]:
    """A row that is not monthly, in each of that many variants; nan where there is no number."""
    import numpy as np

    return [float(one) for one in np.broadcast_to(found[name], (number, 1))[:, 0]]


def npvs(workings: Workings, changes: Sequence[Mapping[str, float]]) -> list[float]:
    """The NPV under each of the changes."""
    return each(variants(workings, changes), NPV, len(changes))
