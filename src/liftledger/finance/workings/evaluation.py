"""Evaluation: workings to numbers, once or for many draws of the inputs at the same time."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

from liftledger.domain.workings import Apply, Constant, Formula, Function, Input, Month, Nothing, Of, Row
from liftledger.finance.formulas.irr import Rate, irr, sign_changes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
else:
    Array = Any

ONE = Constant(1)
FEW = 400  # draws
BLOCK = 1000  # draws: of so many, what is made for each month stays in the processor's cache


class Evaluation:
    """Rows of workings for given inputs, each evaluated when it is first asked for.

    nan stands where there is no number. Inside, months are down and draws across: a sum over months adds month after
    month for all draws at once, in the same order on every machine.
    """

    def __init__(
        self,
        months: int,
        inputs: Iterable[Input],
        rows: Iterable[Row],
        given: Mapping[str, "float | Array"] | None = None,
    ) -> None:
        """`given` replaces the values of inputs: by one number, or by one for each draw."""
        import numpy as np

        given = given or {}
        self._month: Array = np.arange(months + 1, dtype=float).reshape(-1, 1)
        self._rows = {row.name: row for row in rows}
        self._found: dict[str, Array] = {}
        self._parts: dict[tuple[int, int | str], Array] = {}  # of formulas, which are known by their identity
        self._differs: dict[int, bool] = {}  # formula -> whether it differs by month
        self._blocks: list[Evaluation] = []  # of many draws
        self._whole: tuple[Evaluation, slice] | None = None  # of a block: what it is part of, and where
        for one in inputs:
            if one.series and one.name not in given:
                self._found[one.name] = np.asarray(one.series, dtype=float).reshape(-1, 1)
            else:
                self._found[one.name] = np.asarray(given.get(one.name, one.value), dtype=float).reshape(1, -1)
        self._draws = max((array.shape[1] for array in self._found.values()), default=1)

    def __getitem__(self, name: str) -> Array:
        """Values of an input or a row, with a row for each draw and a column for each month. Raises KeyError.

        What is the same for all draws, or not monthly, has length 1 there.
        """
        import numpy as np

        with np.errstate(all="ignore"):  # what has no number is nan, and is told by the row that uses it
            return self._of(name).T

    def again(self, given: Mapping[str, Array]) -> "Evaluation":
        """For other draws, two or more, of the inputs that were drawn here.

        What does not depend on draws is not evaluated again.
        """
        import numpy as np

        other = copy(self)
        other._found = {name: array for name, array in self._found.items() if array.shape[1] == 1}
        other._found |= {name: np.asarray(draws, dtype=float).reshape(1, -1) for name, draws in given.items()}
        other._parts = {key: array for key, array in self._parts.items() if array.shape[1] == 1}
        other._draws, other._blocks = max(array.shape[1] for array in other._found.values()), []
        return other

    def number(self, name: str) -> float | None:
        """Of a row that is not monthly, without draws; None where there is no number."""
        return self.numbers(name)[0]

    def numbers(self, name: str) -> tuple[float | None, ...]:
        """Of a row without draws: one, or one for each month."""
        row = self._rows.get(name)
        found = self[name][0].tolist()
        if row is not None and row.monthly and len(found) == 1:
            found *= len(self._month)
        return tuple(one if math.isfinite(one) else None for one in found)

    def _of(self, name: str) -> Array:
        if name not in self._found:
            self._found[name] = self._part(name) if self._whole else self._value(self._rows[name].formula)
        return self._found[name]

    def _value(self, formula: Formula) -> Array:
        import numpy as np

        match formula:
            case Of(name):
                return self._of(name)
            case Apply(function, to):
                key = id(formula), ""
                found = self._parts.get(key)
                if found is None:
                    found = self._applied(function, to)
                    if found.shape[1] == 1:
                        self._parts[key] = found
                return found
            case Constant(value):
                return np.array([[float(value)]])
            case Month():
                return self._month
            case Nothing():
                return np.array([[np.nan]])

    def _applied(self, function: Function, to: tuple[Formula, ...]) -> Array:
        import numpy as np

        if function == "over_months":
            return self._total(to[0], ONE)
        if function == "product_over_months":
            return self._total(to[0], to[1])
        values = [self._value(one) for one in to]
        match function:
            case "so_far":
                return np.add.accumulate(self._monthly(values[0]), axis=0)
            case "largest":
                return np.asarray(self._monthly(values[0]).max(axis=0, keepdims=True))
            case "in_month":
                return _in_month(self._monthly(values[0]), values[1])
            case "sign_changes":
                return _each(self._monthly(values[0]), lambda flows: float(sign_changes(flows)))
            case "irr":
                return _each(self._monthly(values[0]), _irr)
        return _simple()[function](*values)

    def _total(self, flow: Formula, weight: Formula) -> Array:
        """Sum over months of flow x weight."""
        key = id(flow), weight.name if isinstance(weight, Of) else id(weight)
        if key not in self._parts:
            self._parts[key] = self._summed(flow, weight)
        return self._parts[key]

    def _summed(self, flow: Formula, weight: Formula) -> Array:
        """The total of a sum is the sum of totals, and what is the same in all months stands before a total.

        So, of many draws, a number for each draw and month is made only of what differs by both.
        """
        if not self._by_month(flow) and flow is not ONE:
            return self._value(flow) * self._total(ONE, weight)
        match flow:
            case Of(name) if name in self._rows:
                return self._total(self._rows[name].formula, weight)
            case Apply("add", to):
                return _sum([self._total(one, weight) for one in to])
            case Apply("subtract", (one, other)):
                return self._total(one, weight) - self._total(other, weight)
            case Apply("multiply", (one, other)) if not self._by_month(one):
                return self._value(one) * self._total(other, weight)
            case Apply("multiply", (one, other)) if not self._by_month(other):
                return self._total(one, weight) * self._value(other)
        return self._over_months(flow, weight)

    def _over_months(self, flow: Formula, weight: Formula) -> Array:
        """Of many draws, block by block."""
        import numpy as np

        if self._draws <= BLOCK:
            flows = self._value(flow)
            return _added(self._monthly(flows if weight is ONE else flows * self._value(weight)))
        totals: list[Array] = []
        for block in self._each_block():
            totals.append(block._over_months(flow, weight))
            if totals[0].shape[1] == 1:  # it does not depend on draws
                return totals[0]
        return np.concatenate(totals, axis=1)

    def _each_block(self) -> "list[Evaluation]":
        for start in range(0, 0 if self._blocks else self._draws, BLOCK):
            block = copy(self)
            block._draws, block._whole = min(BLOCK, self._draws - start), (self, slice(start, start + BLOCK))
            block._found, block._parts = {}, {}
            self._blocks.append(block)
        return self._blocks

    def _part(self, name: str) -> Array:
        """Of a block. What is one number for each draw is found for all of them at once."""
        assert self._whole is not None
        whole, place = self._whole
        row = self._rows.get(name)
        if name not in whole._found and row is not None and row.monthly:
            return self._value(row.formula)
        found = whole._of(name)
        return found[:, place] if found.shape[1] > 1 else found

    def _by_month(self, formula: Formula) -> bool:
        """Whether it can differ from month to month."""
        match formula:
            case Of(name):
                row = self._rows.get(name)
                return len(self._of(name)) > 1 if row is None else row.monthly
            case Apply(function, to):
                if id(formula) not in self._differs:
                    whole = function in ("over_months", "product_over_months", "largest", "sign_changes", "irr")
                    own = to[1:] if function == "in_month" else to
                    self._differs[id(formula)] = not whole and any(map(self._by_month, own))
                return self._differs[id(formula)]
        return isinstance(formula, Month)

    def _monthly(self, values: Array) -> Array:
        import numpy as np

        return np.broadcast_to(values, (len(self._month), values.shape[1]))


def _added(flows: Array) -> Array:
    """Of many draws, numpy adds the second month to the first, then the third, and so on."""
    import numpy as np

    return np.asarray(np.add.reduce(flows, axis=0, keepdims=True))


def _in_month(flows: Array, months: Array) -> Array:
    import numpy as np

    places = np.clip(np.nan_to_num(months), 0, len(flows) - 1).astype(int)
    draws = max(flows.shape[1], places.shape[1])
    both = np.broadcast_to(flows, (len(flows), draws)), np.broadcast_to(places, (len(places), draws))
    return np.take_along_axis(*both, axis=0)


def _power(base: Array, exponent: Array) -> Array:
    """Of few draws by the C library: numpy's own powers differ in the last digit from processor to processor.

    Of many, whose numbers are shown with fewer digits, by multiplication where the exponents are months: several times
    as fast.
    """
    import numpy as np

    if max(base.shape[1], exponent.shape[1]) <= FEW:
        bases, exponents = np.broadcast_arrays(base, exponent)
        powers = map(_one_power, bases.ravel().tolist(), exponents.ravel().tolist())
        return np.fromiter(powers, float, bases.size).reshape(bases.shape)
    highest = len(exponent) - 1
    months = len(base) == exponent.shape[1] == 1 <= highest
    if not months or not set(exponent[:, 0].tolist()) <= set(range(highest + 1)):
        return np.power(base, exponent)
    table = np.empty((highest + 1, base.shape[1]))
    table[0], known = 1, 1
    while known <= highest:  # those above, as far again, are as many powers of the base higher
        further = table[known : 2 * known]
        np.multiply(table[: len(further)], base, out=further)
        base, known = base * base, 2 * known
    return np.asarray(table[exponent[:, 0].astype(int)])


def _one_power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except (ValueError, OverflowError):
        return math.nan


def _sum(terms: Sequence[Array]) -> Array:
    """One after the other."""
    import numpy as np

    total = np.array(np.broadcast_to(terms[0], np.broadcast_shapes(*(term.shape for term in terms))))
    for term in terms[1:]:
        total += term
    return total


def _each(rows: Array, of: Callable[[list[float]], float]) -> Array:
    import numpy as np

    return np.array([[of(flows) for flows in rows.T.tolist()]])


def _irr(flows: list[float]) -> float:
    found = irr(flows)
    return found.value if isinstance(found, Rate) else float("nan")


@cache
def _simple() -> Mapping[Function, Callable[..., Array]]:
    """Functions of numbers of the same month."""
    import numpy as np

    return {
        "add": lambda *to: _sum(to),
        "subtract": np.subtract,
        "multiply": lambda *to: reduce(np.multiply, to),
        "divide": np.divide,
        "power": _power,
        "minimum": lambda *to: reduce(np.minimum, to),
        "maximum": lambda *to: reduce(np.maximum, to),
        "root": np.sqrt,
        "absolute": np.abs,
        "less": lambda one, other: (one < other).astype(float),
        "equal": lambda one, other: (one == other).astype(float),
        "choose": lambda which, yes, no: np.asarray(np.where(which != 0, yes, no)),
        "normal_cdf": lambda one: _normal("ndtr", one),
        "normal_quantile": lambda one: _normal("ndtri", one),
    }


def _normal(function: str, of: Array) -> Array:
    import numpy as np
    from scipy import special  # takes a while to load, and no NPV needs it

    return np.asarray(getattr(special, function)(of))
