"""Evaluation: workings to numbers, once or for many draws of the inputs at the same time."""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from liftledger.domain.workings import Apply, Constant, Formula, Function, Input, Month, Nothing, Of, Row
from liftledger.finance.irr import Rate, irr, sign_changes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
else:
    Array = Any


class Evaluation:
    """Rows of workings for given inputs, each evaluated when it is first asked for.

    An array has a row for each draw and a column for each month; one that is the same for all draws, or not monthly,
    has length 1 there. nan stands where there is no number.
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
        self._month: Array = np.arange(months + 1, dtype=float).reshape(1, -1)
        self._rows = {row.name: row for row in rows}
        self._found: dict[str, Array] = {}
        for one in inputs:
            if one.series and one.name not in given:
                self._found[one.name] = np.asarray(one.series, dtype=float).reshape(1, -1)
            else:
                self._found[one.name] = np.asarray(given.get(one.name, one.value), dtype=float).reshape(-1, 1)

    def __getitem__(self, name: str) -> Array:
        """Values of an input or a row. Raises KeyError."""
        import numpy as np

        if name not in self._found:
            with np.errstate(all="ignore"):  # what has no number is nan, and is told by the row that uses it
                self._found[name] = self._value(self._rows[name].formula)
        return self._found[name]

    def number(self, name: str) -> float | None:
        """Of a row that is not monthly, without draws; None where there is no number."""
        return self.numbers(name)[0]

    def numbers(self, name: str) -> tuple[float | None, ...]:
        """Of a row without draws: one, or one for each month."""
        import numpy as np

        row = self._rows.get(name)
        array = self[name][0]
        if row is not None and row.monthly:
            array = np.broadcast_to(array, self._month[0].shape)
        return tuple(float(one) if np.isfinite(one) else None for one in array)

    def _value(self, formula: Formula) -> Array:
        import numpy as np

        match formula:
            case Constant(value):
                return np.array([[float(value)]])
            case Nothing():
                return np.array([[np.nan]])
            case Month():
                return self._month
            case Of(name):
                return self[name]
            case Apply(function, to):
                return self._applied(function, [self._value(one) for one in to])

    def _applied(self, function: Function, to: list[Array]) -> Array:
        import numpy as np

        match function:
            case "over_months":
                return np.asarray(self._monthly(to[0]).sum(axis=1, keepdims=True))
            case "product_over_months":
                return _product(self._monthly(to[0]), self._monthly(to[1]))
            case "so_far":
                return self._monthly(to[0]).cumsum(axis=1)
            case "largest":
                return np.asarray(self._monthly(to[0]).max(axis=1, keepdims=True))
            case "in_month":
                rows = self._monthly(to[0])
                months = np.clip(np.nan_to_num(to[1]), 0, rows.shape[1] - 1).astype(int)
                shape = np.broadcast_shapes((rows.shape[0], 1), months.shape)
                rows = np.broadcast_to(rows, (shape[0], rows.shape[1]))
                return np.take_along_axis(rows, np.broadcast_to(months, shape), axis=1)
            case "sign_changes":
                return _each(self._monthly(to[0]), lambda flows: float(sign_changes(flows)))
            case "irr":
                return _each(self._monthly(to[0]), _irr)
        return _simple()[function](*to)

    def _monthly(self, values: Array) -> Array:
        import numpy as np

        return np.broadcast_to(values, (values.shape[0], self._month.shape[1]))


def _product(one: Array, other: Array) -> Array:
    import numpy as np

    return np.asarray(np.einsum("ij,ij->i", *np.broadcast_arrays(one, other))).reshape(-1, 1)


def _each(rows: Array, of: Callable[[list[float]], float]) -> Array:
    import numpy as np

    return np.array([[of(flows)] for flows in rows.tolist()])


def _irr(flows: list[float]) -> float:
    found = irr(flows)
    return found.value if isinstance(found, Rate) else float("nan")


def _simple() -> Mapping[Function, Callable[..., Array]]:
    """Functions of numbers of the same month."""
    import numpy as np
    from scipy import special

    return {
        "add": lambda *to: reduce(np.add, to),
        "subtract": np.subtract,
        "multiply": lambda *to: reduce(np.multiply, to),
        "divide": np.divide,
        "power": np.power,
        "minimum": lambda *to: reduce(np.minimum, to),
        "maximum": lambda *to: reduce(np.maximum, to),
        "root": np.sqrt,
        "absolute": np.abs,
        "less": lambda one, other: (one < other).astype(float),
        "equal": lambda one, other: (one == other).astype(float),
        "choose": lambda which, yes, no: np.asarray(np.where(which != 0, yes, no)),
        "normal_cdf": special.ndtr,
        "normal_quantile": special.ndtri,
    }
