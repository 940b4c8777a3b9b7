"""What effects are worth, as finance declares it: benefit lines, cost lines, priors, discount rate.

Amounts are decimal, in the project's currency and its major unit.
"""

from decimal import Decimal
from typing import Literal

import msgspec

Per = Literal["new unit", "unit-month", "campaign"]
Basis = Literal["revenue", "margin", "saving"]


class Line(msgspec.Struct, frozen=True):
    """One benefit: the effect on a metric x `units` x `worth`, on gross margin where the basis is revenue.

    - new unit: `units` new ones a month, each counted once, over the metric's own window
    - unit-month: `units` at any time, over a metric that is given per 30 days
    - campaign: `units` each time, in `months` (1 is the first of the cash-flow)

    `worth` is what one more (or, where lower is better, one fewer) of the metric is worth; money metrics are worth
    themselves, so None. `worth_by`: by value of the metric's `by`;
    every row counts with its own worth, and values without one count as 0.
    """

    name: str
    study: str
    metric: str
    arm: str
    per: Per
    units: Decimal
    basis: Basis
    mark: int | None = None  # of a time_to metric: the share by this time is priced, microseconds
    worth: Decimal | None = None
    worth_by: dict[str, Decimal] = {}
    months: tuple[int, ...] = ()
    ramp: int = 0  # months until the full effect, in equal steps; 0: at once
    decay: Decimal = Decimal(0)  # share of the effect lost each month
    realisation: Decimal | None = None  # share of the measured effect that is expected; None: 1, and the report says so
    description: str = ""

    @property
    def worth_metric(self) -> str:
        """Name of the metric that a line with worth by category rests on: rows at their worth."""
        return worth_of(self.name)


class Cost(msgspec.Struct, frozen=True):
    """One cost: `once` at the beginning, `monthly` at each month's end, or both."""

    name: str
    category: str
    once: Decimal = Decimal(0)
    monthly: Decimal = Decimal(0)
    description: str = ""


class Prior(msgspec.Struct, frozen=True):
    """What is believed about the true effect before the study, on the metric's own scale: normal."""

    metric: str
    mean: float
    sd: float
    mark: int | None = None  # of a time_to metric: of the share by this time
    source: str = ""


class Value(msgspec.Struct, frozen=True):
    """Benefit and cost lines and the rates that turn them into a cash-flow."""

    lines: tuple[Line, ...]
    costs: tuple[Cost, ...]
    discount: Decimal  # annual, effective
    months: int = 36
    margin: Decimal | None = None  # gross margin; needed where a line rests on revenue
    priors: tuple[Prior, ...] = ()


def worth_of(line: str) -> str:
    """Name of the metric that is the worth of the rows behind a line."""
    return f"{line}_worth"
