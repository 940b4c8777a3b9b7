"""What the report says of a customer base. Money is in major units, proportions are fractions, times are in days."""

import msgspec

from liftledger.domain.customers import Group
from liftledger.domain.estimate import Answer, NoEstimate


class Cohort(msgspec.Struct, frozen=True):
    """Customers who came in one calendar month (UTC), by whole calendar months since; index 0 is that month."""

    month: str  # '2026-01'
    customers: int
    active: tuple[int, ...]  # who bought in the month; contractual: who had a subscription at its end
    revenue: tuple[float, ...] = ()  # of these purchases; contractual: MRR at the month's end; empty: no amount


class Kept(msgspec.Struct, frozen=True):
    """Retention = starting customers still active at the end / starting customers, of one whole period."""

    period: str  # 'month' | 'quarter' | 'year'
    start: str  # first day
    starting: int
    ending: int  # of the starting ones
    retention: Answer
    churn: Answer


class Behaviour(msgspec.Struct, frozen=True):
    """How a group buys, with intervals by customer."""

    group: Group
    customers: int
    purchases: int
    order_value: Answer  # revenue / purchases
    frequency: Answer  # purchases after the first, a customer and 30 days observed since it
    repeat_rate: Answer  # share of customers who bought again
    gap_days: Answer  # mean time between purchases, over all gaps
    categories: Answer  # distinct categories a customer
    top_share: Answer  # share of revenue that the 20 % of customers with the highest revenue hold


class Concentration(msgspec.Struct, frozen=True):
    """Lorenz curve from the top: the share of revenue held by the highest `share` of customers."""

    share: tuple[float, ...]  # from 0 to 1
    held: tuple[float, ...]


class Parameter(msgspec.Struct, frozen=True):
    name: str
    value: float
    se: float


class Model(msgspec.Struct, frozen=True):
    """A model fitted by maximum likelihood to one group."""

    group: Group
    model: str  # 'BG/NBD' | 'Pareto/NBD' | 'Gamma-Gamma' | 'sBG' | 'one churn'
    customers: int
    parameters: tuple[Parameter, ...]  # empty: none
    log_likelihood: float | None
    reason: str = ""  # why there are none
    notes: tuple[str, ...] = ()


class Track(msgspec.Struct, frozen=True):
    """Repeat purchases of the customers of a calibration, cumulated by the end of each step."""

    days: tuple[str, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]


class ByRepeats(msgspec.Struct, frozen=True):
    """Customers of a calibration with so many repeat purchases in it, and their mean number of purchases after it."""

    repeats: int
    more: bool  # these and all above
    customers: int
    observed: float
    expected: float


class Forecast(msgspec.Struct, frozen=True):
    """A model fitted up to a day, and what came afterwards of the customers known by then."""

    model: str
    until: str  # last day of the calibration
    customers: int
    observed: int  # purchases in the holdout
    expected: float
    by_repeats: tuple[ByRepeats, ...]
    track: Track


class Worth(msgspec.Struct, frozen=True):
    """What customers of a group are expected to bring from now on, on average; intervals by the parameters' errors.

    `alike` is the value once more, with an interval about other customers like them, who might have come.
    """

    group: Group
    customers: int
    alive: Answer  # mean P(alive); contractual: share still subscribed
    purchases: Answer | None  # expected in the horizon; None: contractual
    spend: Answer | None  # expected a purchase; contractual: MRR of those subscribed
    value: Answer  # discounted, on margin where there is one, over the horizon, per customer
    note: str = ""
    alike: Answer | None = None  # None: purchases


class Distribution(msgspec.Struct, frozen=True):
    """Each customer's own expected value, as in `Worth`, from the lowest to the highest.

    `value[i]` is the lowest that at least `share[i]` of the customers do not exceed; that at 0 is the lowest of all.
    """

    share: tuple[float, ...]  # from 0 to 1
    value: tuple[float, ...]


class Simple(msgspec.Struct, frozen=True):
    """A textbook value beside the models, with the convention that it follows."""

    group: Group
    formula: str
    convention: str
    value: float | None
    reason: str = ""


class Tenure(msgspec.Struct, frozen=True):
    """Share of a group still subscribed by time since the start: observed (Kaplan-Meier), then extrapolated."""

    group: Group
    months: tuple[int, ...]
    observed: tuple[float, ...]  # as long as it was observed
    low: tuple[float, ...]
    high: tuple[float, ...]
    extrapolated: tuple[float, ...]  # for the months after the observed ones
    hazard: tuple[float, ...]  # of the observed ones: share of those at risk who left in the month


class Movement(msgspec.Struct, frozen=True):
    """MRR by month: opening + new + expansion - contraction - churned + reactivated = closing."""

    month: str
    opening: float
    new: float
    expansion: float
    contraction: float
    churned: float
    reactivated: float
    closing: float
    accounts: dict[str, int]  # 'opening', 'new', ... -> accounts


class Revenue(msgspec.Struct, frozen=True):
    """Net and gross revenue retention over 12 months of those subscribed at the start, intervals by account."""

    group: Group
    start: str
    accounts: int
    nrr: Answer
    grr: Answer


class Incremental(msgspec.Struct, frozen=True):
    """Customer value of an arm less that of control, per randomised unit: measured so far, and as a model goes on."""

    study: str
    arm: str
    observed: Answer  # within the window, per randomised unit; on margin where there is one
    observed_grade: str
    modelled: Answer | NoEstimate  # from then on
    modelled_grade: str
    notes: tuple[str, ...] = ()
    observed_truth: float | None = None  # of a simulated company: what they should find
    modelled_truth: float | None = None


class CustomerValue(msgspec.Struct, frozen=True):
    """One customer base."""

    base: str
    kind: str  # 'purchases' | 'subscriptions'
    unit: str
    fact: str
    margin: float | None
    discount: float
    horizon_days: float
    grid_days: int | None
    customers: int
    remarks: tuple[str, ...]  # what was left out or merged, and how much; sentences
    cohorts: tuple[Cohort, ...]
    kept: tuple[Kept, ...]
    behaviour: tuple[Behaviour, ...] = ()
    concentration: Concentration | None = None
    models: tuple[Model, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    worth: tuple[Worth, ...] = ()
    distribution: Distribution | None = None  # of everybody's; None: subscriptions, or there is no value
    simple: tuple[Simple, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    movements: tuple[Movement, ...] = ()
    revenue: tuple[Revenue, ...] = ()
    incremental: tuple[Incremental, ...] = ()
