"""Money in the report: benefit lines, costs, cash-flow, and what they come to; every number can be explained."""

import msgspec

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade


class Exact(msgspec.Struct, frozen=True, tag_field="answer", tag="exact"):
    """A number that is not estimated, or that carries no interval of its own."""

    value: float


class Figure(msgspec.Struct, frozen=True):
    """One number of the case: `formula` in words, `inputs` by name: a number, or the id of an estimate or figure."""

    id: str
    answer: Interval | Exact | NoEstimate
    unit: str  # 'USD', 'USD per month', 'months', 'share', 'tickets per month', ...
    formula: str
    inputs: dict[str, str]


class BenefitLine(msgspec.Struct, frozen=True):
    """One benefit. A line that is not priced says why, and holds NoEstimate where its money would be."""

    name: str
    topic: str | None  # the question that it belongs to
    study: str
    metric: str
    arm: str
    estimate: str  # id of what is priced; of a metric with worth by category, its cost: the metric `<line>_worth`
    counted: str  # id of the estimate that says how much of the metric is moved; mostly the same
    per: str
    basis: str
    grade: Grade
    priced: bool
    reasons: tuple[str, ...]  # why not, or what to mind; sentences
    effect: Figure  # as measured, in the metric's unit
    shrunk: Figure  # by the prior; without one, as measured
    volume: Figure  # what the effect moves a month: tickets avoided, units activated, money expanded
    monthly: Figure  # money a month at full ramp, before decay
    present_value: Figure
    break_even: Figure  # the effect at which the whole case's NPV is 0, all else as it is
    sign_change: Figure  # sd of a prior around 0 at which the NPV changes its sign; where there is no prior
    textbook: Figure | None = None  # TTV reduction x units x worth: shown, never priced


class CostLine(msgspec.Struct, frozen=True):
    name: str
    category: str
    once: Figure
    monthly: Figure
    present_value: Figure


class Month(msgspec.Struct, frozen=True):
    """A month's end; month 0 is the beginning. Ids: money.cash_flow.MONTH."""

    month: int
    benefits: dict[str, float]  # by line that is priced
    costs: float
    net: float
    discount_factor: float
    present: float
    cumulative: float  # undiscounted


class Summary(msgspec.Struct, frozen=True):
    """What the case comes to."""

    npv: Figure  # with its interval
    benefits: Figure  # present value
    costs: Figure  # present value
    roi: Figure
    payback: Figure  # months
    discounted_payback: Figure
    irr_monthly: Figure
    irr_annual: Figure
    p_negative: Figure  # probability that the NPV is below 0
    break_even: Figure  # share of all measured effects at which the NPV is 0


class Money(msgspec.Struct, frozen=True):
    """`reasons` say what is left out, what is unshrunk, and what to mind."""

    months: int
    discount: float  # annual, effective
    margin: float | None
    reasons: tuple[str, ...]
    lines: tuple[BenefitLine, ...]
    costs: tuple[CostLine, ...]
    cash_flow: tuple[Month, ...]  # empty where nothing is priced
    summary: Summary

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in the order of the case."""
        found = [self.summary, *self.lines, *self.costs]
        values = (getattr(part, name) for part in found for name in part.__struct_fields__)
        return tuple(value for value in values if isinstance(value, Figure))
