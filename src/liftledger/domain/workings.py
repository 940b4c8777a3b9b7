"""The workings of a case: its inputs, and rows with one formula each.

The report evaluates them, the workbook writes them as live formulas, the page recalculates them: one set of formulas,
three readers. A row is either one number or a number for each month from 0; the formula of a monthly row is the same in
every month.
"""

from typing import Literal

import msgspec

# An end of an input's range, or how many standard errors it is away from its value; of a range, where the normal
# distribution is as likely to be below.
End = Literal["low", "high"] | float
Source = Literal["measured", "contract", "finance", "benchmark", "assumption"]

# What a formula may do. Numbers of the same month, unless it says otherwise.
Function = Literal[
    "add",  # of two or more
    "subtract",
    "multiply",  # of two or more
    "divide",
    "power",
    "minimum",  # of two or more
    "maximum",  # of two or more
    "root",  # square root
    "absolute",
    "over_months",  # sum of a monthly row over all months
    "product_over_months",  # sum over all months of the product of two monthly rows
    "so_far",  # sum of a monthly row from month 0 up to this one
    "largest",  # of a monthly row over all months
    "in_month",  # of a monthly row (first), in the month that the second says
    "less",  # 1 where the first is below the second, else 0
    "equal",  # 1 where both are equal, else 0
    "choose",  # the second where the first is not 0, else the third
    "normal_cdf",  # of the standard normal distribution
    "normal_quantile",  # of the standard normal distribution
    "sign_changes",  # of a monthly row; months of 0 do not count
    "irr",  # of a monthly row, per month, where its sign changes exactly once
]


class Term(msgspec.Struct, frozen=True, tag_field="is"):
    """A part of a formula; arithmetic on terms makes larger ones."""

    def __add__(self, other: "Term | int") -> "Apply":
        return apply("add", self, other)

    def __radd__(self, other: int) -> "Apply":
        return apply("add", other, self)

    def __sub__(self, other: "Term | int") -> "Apply":
        return apply("subtract", self, other)

    def __rsub__(self, other: int) -> "Apply":
        return apply("subtract", other, self)

    def __mul__(self, other: "Term | int") -> "Apply":
        return apply("multiply", self, other)

    def __rmul__(self, other: int) -> "Apply":
        return apply("multiply", other, self)

    def __truediv__(self, other: "Term | int") -> "Apply":
        return apply("divide", self, other)

    def __rtruediv__(self, other: int) -> "Apply":
        return apply("divide", other, self)

    def __pow__(self, other: "Term | int") -> "Apply":
        return apply("power", self, other)

    def __neg__(self) -> "Apply":
        return apply("subtract", 0, self)


class Constant(Term, frozen=True, tag="constant"):
    """0, 1 or 12. Any other number is an input."""

    value: int


class Of(Term, frozen=True, tag="of"):
    """The value of an input or a row; of a monthly one, that of the same month."""

    name: str


class Month(Term, frozen=True, tag="month"):
    """The number of the month, from 0."""


class Nothing(Term, frozen=True, tag="nothing"):
    """No number, where there is none; `reason` says why. What rests on it is nothing too."""

    reason: str


class Apply(Term, frozen=True, tag="apply"):
    """A function of terms."""

    function: Function
    to: tuple["Constant | Of | Month | Nothing | Apply", ...]


Formula = Constant | Of | Month | Nothing | Apply


def apply(function: Function, *to: Term | int) -> Apply:
    """A function of terms; a whole number stands for its constant."""
    return Apply(function, tuple(Constant(one) if isinstance(one, int) else one for one in to))  # type: ignore[misc]


class Input(msgspec.Struct, frozen=True):
    """A number that was given, and where it comes from."""

    name: str  # 'discount', 'lines.deflection.units', 'costs.platform.monthly': unique among inputs and rows
    label: str
    unit: str  # 'share', 'USD', 'USD per month', 'units', 'months', the metric's unit, ...
    value: float
    source: Source
    low: float | None = (
        None  # the range in which it is drawn, triangular with `value` as its mode; None: taken as it is
    )
    high: float | None = None
    sd: float | None = None  # drawn from the normal distribution around `value`
    owner: str = ""
    date: str = ""  # as of when, as declared
    evidence: str = ""  # id of the estimate or value that it was measured by
    note: str = ""
    series: tuple[float, ...] = ()  # where it differs by month, from month 0; `value` is then their sum


def is_luck(name: str) -> bool:
    """Whether an input is a study's luck: the only part of what was measured that is random."""
    return name.startswith("studies.") and name.endswith(".luck")


class Row(msgspec.Struct, frozen=True):
    """One formula, and its values: one, or one for each month from 0. None where there is no number."""

    name: str
    label: str
    unit: str
    part: str  # under which head it stands: 'Deflection', 'Costs', 'Cash flow', 'Summary'
    formula: Formula
    monthly: bool
    values: tuple[float | None, ...] = ()


class Scenario(msgspec.Struct, frozen=True):
    """Other values of some inputs, and what its rows come to with them."""

    name: str
    label: str
    description: str
    inputs: dict[str, float]  # input -> value; those that are not named stay as they are
    outcome: dict[str, float | None] = {}  # row -> value
    ends: dict[str, End] = {}  # input -> where in its own range it is; its value in `inputs` follows from the range


class Workings(msgspec.Struct, frozen=True):
    """Rows stand after all rows that they use."""

    months: int
    currency: str
    inputs: tuple[Input, ...]
    rows: tuple[Row, ...]
    scenarios: tuple[Scenario, ...] = ()  # the first is the case itself

    def input(self, name: str) -> Input:
        return next(one for one in self.inputs if one.name == name)

    def row(self, name: str) -> Row:
        return next(one for one in self.rows if one.name == name)
