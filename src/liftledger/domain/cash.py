"""Money in the report: benefit lines, costs, cash-flow, and what they come to; every number can be explained."""

from typing import Literal

import msgspec

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.value import Review, Risk
from liftledger.domain.workings import Workings, is_luck

# What may be said of a benefit line: its interval is above 0, holds 0, is below it; nobody measured it; no money on it.
Proof = Literal["proven", "unproven", "harm", "assumed", "unpriced"]


class Exact(msgspec.Struct, frozen=True, tag_field="answer", tag="exact"):
    """A number that is not estimated, or that carries no interval of its own."""

    value: float


class Figure(msgspec.Struct, frozen=True):
    """One number of the case: `formula` in words, `inputs` by name: a number, or the id of an estimate or figure.

    Of draws, 'drawn' are the inputs of the workings that were drawn.
    """

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
    volume: Figure  # what the effect moves a month, as measured: tickets avoided, units activated, money expanded
    monthly: Figure  # money a month at full ramp, before decay
    present_value: Figure
    break_even: Figure  # the effect at which the whole case's NPV is 0, all else as it is
    sign_change: Figure  # sd of a prior around 0 at which the NPV changes its sign; where there is no prior
    textbook: Figure | None = None  # TTV reduction x units x worth: shown, never priced
    forgone: Figure | None = None  # present value that units without treatment do not bring: shown, never subtracted
    under: str = ""  # the program's line that counts in its place; it has figures, only reconciles, and is not priced


class CostLine(msgspec.Struct, frozen=True):
    name: str
    category: str
    once: Figure
    monthly: Figure
    present_value: Figure


class CashFlowMonth(msgspec.Struct, frozen=True):
    """A month's end; month 0 is the beginning. Ids: money.cash_flow.MONTH."""

    month: int
    benefits: dict[str, float]  # by line that is priced
    costs: float
    net: float
    discount_factor: float
    present: float
    cumulative: float  # undiscounted


class Summary(msgspec.Struct, frozen=True):
    """What the case comes to. Values are those of every input as declared, intervals those of all that is uncertain."""

    npv: Figure
    benefits: Figure  # present value
    costs: Figure  # present value
    roi: Figure
    payback: Figure  # months
    discounted_payback: Figure
    irr_monthly: Figure
    irr_annual: Figure
    p_negative: Figure  # probability that the NPV is below 0
    break_even: Figure  # share of all measured effects at which the NPV is 0


class ClosedForm(msgspec.Struct, frozen=True):
    """The same where the effects alone are uncertain: what the workbook and the what-if work out again."""

    npv: Figure
    benefits: Figure  # present value
    roi: Figure
    p_negative: Figure


class Simulation(msgspec.Struct, frozen=True):
    """The NPV over joint draws of everything that is uncertain; errors are those of the simulation itself."""

    draws: int
    seed: int
    mean: Figure
    sd: Figure
    p5: Figure
    p50: Figure
    p95: Figure
    low: Figure  # between `low` and `high` lie as many of the draws as the report's confidence says
    high: Figure
    p_negative: Figure
    errors: dict[str, float]  # 'mean', ... 'p_negative': each of the above -> its Monte Carlo standard error
    drawn: tuple[str, ...]  # inputs that were drawn; the rest were taken as they are
    bins: tuple[float, ...] = ()  # edges of a histogram of the NPV
    counts: tuple[int, ...] = ()  # draws between them

    @property
    def beyond_luck(self) -> bool:
        """Whether more was drawn than the luck of studies, which is all that the closed form knows."""
        return not all(map(is_luck, self.drawn))

    def number(self, name: str) -> float:
        """What the figure of that name comes to."""
        answer = getattr(self, name).answer
        assert isinstance(answer, Exact), name
        return answer.value


class Bar(msgspec.Struct, frozen=True):
    """A bar of the tornado: the NPV where one input is at its 10 % and 90 % point, all else as it is."""

    input: str
    low: float  # the input's value
    high: float
    npv_low: float
    npv_high: float


class Switch(msgspec.Struct, frozen=True):
    """The value of an input at which the NPV is 0, all else as it is."""

    input: str
    answer: Exact | NoEstimate


class Decision(msgspec.Struct, frozen=True):
    """What to do on current evidence, and what more of it would be worth."""

    verdict: str  # 'scale' | 'hold' | 'stop' | 'continue' | '' where there is no money
    text: str  # sentences
    scale_at: float  # scale where P(NPV > 0) is at least this
    stop_at: float  # stop where it is at most this, and more evidence costs more than it is worth
    evpi: Figure  # expected value of perfect information
    evsi: Figure  # of the test that is best to run next
    enbs: Figure  # evsi - what that test costs
    months: Figure  # how long that test would run
    against: tuple[str, ...] = ()  # what overrules money alone: a killed pilot, breached guardrails; sentences


class Claim(msgspec.Struct, frozen=True):
    """What a benefit line lets one say, in numbers; `report/claims.py` puts it in words.

    `moved` x `each` is the line's money a month. What does not exist is NoEstimate, with its reason.
    """

    line: str
    benefit: str  # what the line is good for, as declared or plain from its metric; '' elsewhere
    standing: Proof
    grade: Grade
    evidence: str  # id of the estimate that `change` is the lift of
    change: Figure  # share of the control's value by which the metric changed, as measured
    moved: Figure  # what the line moves a month at its full effect, as expected, in the direction that is better
    each: Figure  # money of one of them
    needed: Figure  # `change` at which the NPV of the whole case is 0, all else as it is


class Exclusion(msgspec.Struct, frozen=True):
    """Two lines that must not be added, and why; `kept` is the one that counts, '' where both were refused."""

    kept: str
    left_out: str
    why: str


class Reconciliation(msgspec.Struct, frozen=True):
    """What a priced program holdout says beside the sum of the studies that run under it."""

    program: str  # line
    lines: tuple[str, ...]
    program_value: Figure
    sum_of_lines: Figure
    realisation: Figure  # program / sum
    text: str


class Extra(msgspec.Struct, frozen=True):
    """A table of the case besides its cash-flow: P&L view, build against buy, customer value before and after, ..."""

    name: str
    title: str
    words: tuple[str, ...]  # sentences above it
    figures: tuple[Figure, ...]
    heads: tuple[str, ...] = ()  # of `rows`, the first is of their names
    rows: tuple[tuple[str | float | None, ...], ...] = ()


class Money(msgspec.Struct, frozen=True):
    """`reasons` say what is left out, what is unshrunk, and what to mind."""

    months: int
    discount: float  # annual, effective
    margin: float | None
    reasons: tuple[str, ...]
    lines: tuple[BenefitLine, ...]
    costs: tuple[CostLine, ...]
    cash_flow: tuple[CashFlowMonth, ...]  # empty where nothing is priced
    summary: Summary
    workings: Workings | None = None  # None where nothing is priced
    closed_form: ClosedForm | None = None  # None where nothing is priced
    simulation: Simulation | None = None
    tornado: tuple[Bar, ...] = ()  # the widest first
    switches: tuple[Switch, ...] = ()
    measured_share: float | None = None  # of the NPV's variance that comes from measured inputs
    decision: Decision | None = None
    claims: tuple[Claim, ...] = ()  # one a line; time to value, support and expansion first
    exclusions: tuple[Exclusion, ...] = ()
    reconciliations: tuple[Reconciliation, ...] = ()
    gaps: tuple[str, ...] = ()  # categories of the cost checklist of which nothing is declared
    risks: tuple[Risk, ...] = ()
    reviews: tuple[Review, ...] = ()
    extras: tuple[Extra, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in the order of the case."""
        found = [self.summary, *self.lines, *self.costs, *self.claims, *self.reconciliations]
        found += filter(None, [self.closed_form, self.simulation, self.decision])
        values = (getattr(part, name) for part in found for name in part.__struct_fields__)
        more = (figure for extra in self.extras for figure in extra.figures)
        return (*(value for value in values if isinstance(value, Figure)), *more)
