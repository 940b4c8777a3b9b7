"""What effects are worth, as finance declares it: benefit lines, cost lines, priors, discount rate.

Amounts are decimal, in the project's currency and its major unit.
"""

from decimal import Decimal
from typing import Literal

import msgspec

from liftledger.domain.workings import Source

Per = Literal["new unit", "unit-month", "campaign"]
Basis = Literal["revenue", "margin", "saving"]
# What a line is good for: which formula finance knows it by, and which other lines it must not be added to.
Benefit = Literal[
    "time_to_value",
    "deflection",
    "expansion",
    "retention",
    "acquisition",
    "revenue",
    "intervention",
    "upgrade",
    "contact",
]


class Given(msgspec.Struct, frozen=True):
    """Where a declared number comes from, and its plausible range; a bare number is an assumption without one."""

    low: Decimal | None = None
    high: Decimal | None = None
    source: Source = "assumption"
    owner: str = ""
    date: str = ""  # ISO day as of which it holds
    note: str = ""


class Assumed(msgspec.Struct, frozen=True):
    """An effect that nobody has measured yet, on the scale of its metric: the case for a pilot."""

    effect: Decimal
    low: Decimal
    high: Decimal
    metric_unit: str  # 'share', 'USD', 'rows', ...
    better: str = "higher"


class CustomerWorth(msgspec.Struct, frozen=True):
    """A worth read off a customer base: what a retained customer is worth, or what replacing one costs; never both."""

    base: str
    value: Literal[
        "lifetime", "replacement"
    ]  # discounted value of a customer of the base | CAC that is not spent again


class Acquisition(msgspec.Struct, frozen=True):
    """What new customers cost: spend and new customers of one month, with the monthly revenue of one."""

    spend: Decimal  # sales and marketing, a month, fully loaded
    customers: Decimal  # new ones a month
    revenue: Decimal  # monthly revenue of a new one
    base: str = ""  # customer base whose value stands beside it
    given: dict[str, Given] = {}  # 'spend', 'customers', 'revenue'


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
    benefit: Benefit | None = None
    holdout: Decimal = Decimal(0)  # share of the units that stays without treatment, and brings nothing
    program: bool = False  # the study is the program's own holdout: other studies under it reconcile to it
    under: str = ""  # line of the program holdout under which this study runs
    assumed: Assumed | None = None  # a plan: nothing is measured, and study is ''
    worth_from: CustomerWorth | None = None
    given: dict[
        str, Given
    ] = {}  # 'units', 'worth', 'ramp', 'decay', 'realisation', 'holdout', of a plan also 'effect',
    # of a worth by category 'worth.CATEGORY' -> where it comes from

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
    per_decision: Decimal = Decimal(0)
    decisions: Decimal = Decimal(0)  # a month
    start: int = 0  # month of `once`, and before which nothing runs
    end: int | None = None  # last month; None: the horizon's
    capitalise: bool = False  # possibly an asset: for the controller to decide
    infrastructure: bool = False  # counts as a dollar of infrastructure
    covers: tuple[str, ...] = ()  # categories of the checklist that it is for, besides its own
    given: dict[str, Given] = {}  # 'once', 'monthly', 'per_decision', 'decisions'

    @property
    def paid(self) -> bool:
        """Whether it is more than the statement that there is nothing to pay."""
        return any((self.once, self.monthly, self.per_decision * self.decisions))


class Scene(msgspec.Struct, frozen=True):
    """A scenario: levers over all lines, and other values of single inputs."""

    name: str
    description: str = ""
    luck: Decimal = Decimal(0)  # standard errors by which all effects are better than expected
    pace: Decimal = Decimal(1)  # gains take so many times as long
    overrun: Decimal = Decimal(1)  # costs are so many times as high
    ranges: Literal["", "low", "high"] = ""  # every declared range at its worse or better end
    inputs: dict[str, Decimal] = {}  # by the workings' name


class Thresholds(msgspec.Struct, frozen=True):
    """When to scale and when to stop, and what testing on costs."""

    scale: Decimal = Decimal("0.9")  # scale where P(NPV > 0) is at least this
    stop: Decimal = Decimal("0.2")
    test_monthly: Decimal = Decimal(0)  # what a month of testing on costs, holdout included
    test_months_max: int = 12


class Option(msgspec.Struct, frozen=True):
    """One way to get the capability: build, buy, open source, with its costs over three years."""

    name: str
    description: str = ""
    once: Decimal = Decimal(0)
    monthly: Decimal = Decimal(0)
    staff: Decimal = Decimal(0)  # full-time equivalents
    staff_cost: Decimal = Decimal(0)  # a full-time equivalent and month
    ramp: int = 0  # months until it serves
    exit: Decimal = Decimal(0)  # at the end
    delay: Decimal = Decimal(0)  # probability of delay
    delay_months: int = 0
    given: dict[str, Given] = {}  # 'once', 'monthly', 'staff', 'staff_cost', 'exit', 'delay'


class Risk(msgspec.Struct, frozen=True):
    name: str
    description: str = ""
    likelihood: str = ""  # 'low' | 'medium' | 'high' | '' where nobody said
    impact: str = ""
    response: str = ""
    owner: str = ""


class Review(msgspec.Struct, frozen=True):
    """Somebody who sponsors the case or must have looked at it."""

    role: str
    name: str = ""
    date: str = ""  # '' while it is to be done


class Timeline(msgspec.Struct, frozen=True):
    """Recognised revenue: what must be live by when to count."""

    start: str  # ISO day of month 0's end
    year_end_month: int = 12  # last month of the fiscal year
    contract_months: int = 12  # length of a contract, recognised rateably
    sales_months: int = 0  # from go-live to bookings


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
    given: dict[str, Given] = {}  # 'discount', 'margin'
    scenarios: tuple[Scene, ...] = ()
    decision: Thresholds = Thresholds()
    acquisition: Acquisition | None = None
    options: tuple[Option, ...] = ()
    risks: tuple[Risk, ...] = ()
    reviews: tuple[Review, ...] = ()
    timeline: Timeline | None = None


def worth_of(line: str) -> str:
    """Name of the metric that is the worth of the rows behind a line."""
    return f"{line}_worth"
