"""The report: `report.json`, schema `liftledger.report/1`, the waist between measuring and showing.

A pure function of (records, definitions, as_of, method version): it holds nothing about engine, place or clock.
Floats carry 12 significant digits; proportions are fractions, money is in major units, durations are in days.
"""

from typing import Any

import msgspec

from liftledger.domain.cash import Money
from liftledger.domain.customer_value import CustomerValue
from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.pilot import Standing

SCHEMA = "liftledger.report/1"
METHOD_VERSION = "2"


class Span(msgspec.Struct, frozen=True):
    """First and last instant of a fact's rows, RFC 3339 UTC."""

    first: str
    last: str


class FactSummary(msgspec.Struct, frozen=True):
    """What was read of one fact."""

    fact: str
    rows: int  # usable rows: read - duplicates - rejected
    duplicates: int  # rows with an id that was seen before, left out
    rejected: int  # rows that did not fit, left out because the definition allows it
    span: Span | None  # None: wide
    fingerprint: dict[str, str]  # column used -> exact sum over the rows, in its smallest unit; of text, see text.sql
    missing: dict[str, int]  # optional column used -> rows where it is blank; not of ends, blank while they are to come
    merged: int = 0  # rows that continue an earlier one, left out
    negative: dict[str, int] = {}  # money column used -> rows below 0
    unknown: int | None = None  # rows of units that the table of such units does not know; None: there is no such table


class MetricSummary(msgspec.Struct, frozen=True):
    """A metric in words, for the reader of a number."""

    metric: str
    kind: str
    fact: str
    definition: str  # one sentence, complete
    description: str  # the author's own words
    unit: str  # 'share', 'USD', 'rows', 'per 30 days', ...
    better: str
    role: str
    priced: bool
    part_of: str | None = None  # the metric of which this is a share by a time, or one category
    part: str = ""  # 'share', 'category', 'worth'
    part_value: str = ""  # the time, as '30 days', or the category, '' where blank


class Definitions(msgspec.Struct, frozen=True):
    hash: str  # sha256 of the canonical definitions, without engine and locations
    metrics: tuple[MetricSummary, ...]


class SampleRatio(msgspec.Struct, frozen=True, tag_field="answer", tag="tested"):
    """Chi-square of randomised units against the planned shares, summed over periods of constant shares."""

    chi2: float
    p_value: float
    dof: int


class Contamination(msgspec.Struct, frozen=True):
    """Units first seen in `arm` that turned up in another arm too; the first arm was kept."""

    arm: str
    date: str  # UTC day on which the other arm was first seen; '' in undated data
    units: int


class ExposureUse(msgspec.Struct, frozen=True):
    """Whether the analysis starts at exposure, and why."""

    used: bool
    exposed: dict[str, int]  # arm -> units with an exposure
    reason: str


class StudySummary(msgspec.Struct, frozen=True):
    name: str
    kind: str
    unit: str
    description: str
    arms: tuple[str, ...]  # control first
    control: str | None
    randomised: dict[str, int]  # arm -> units assigned
    units: dict[str, int]  # arm -> units analysed
    shares: dict[str, float]  # arm -> share of assigned units
    planned: dict[str, float]  # arm -> planned share, last period; empty where nothing was randomised
    srm: SampleRatio | NoEstimate
    grade: Grade
    reasons: tuple[str, ...]  # why the grade, and what to mind; sentences
    span: Span | None  # first and last start
    contaminated: tuple[Contamination, ...]
    contaminated_parents: dict[str, int]  # parent unit kind -> parents with units in several arms
    unrelated: dict[str, int]  # fact -> units of the study without a related unit in it
    exposure: ExposureUse | None


class Maturity(msgspec.Struct, frozen=True):
    """Whether units were observed for the metric's whole window; only mature units enter the estimate."""

    state: str  # 'mature' | 'maturing' | 'immature'
    window_days: float | None  # delay + window; None: no window, observed until as_of
    immature: dict[str, int]  # 'control', 'treatment' -> units whose window was still open
    first: str | None = None  # where some are: the day on which both arms have a unit observed for the whole window
    complete: str | None = None  # the day on which all units so far are


class Estimate(msgspec.Struct, frozen=True):
    """One method's answer for one metric, arm and segment. Exactly one per study, metric, arm, segment is headline."""

    id: str
    study: str
    metric: str
    arm: str
    control: str | None
    segment: dict[str, str] | None
    unit: str  # kind of unit that was counted: the study's own, or its parent where the records are the parent's
    method: str
    headline: bool
    control_value: float | None
    treatment_value: float | None
    effect: Answer
    lift: Answer
    p_value: float | None
    units: dict[str, int]  # 'control', 'treatment'
    grade: Grade
    maturity: Maturity
    skewness: float | None
    priceable: bool  # may enter a business case
    notes: tuple[str, ...]  # sentences: caps, corrections, what could not be done
    p_adjusted: float | None = None  # Holm's, over the values of the metric's `by`
    excluded: dict[str, dict[str, int]] = {}  # time_to: 'before', 'without' -> 'control', 'treatment' -> units left out
    truth: float | None = None  # of a simulated company: the true effect


class Curve(msgspec.Struct, frozen=True):
    """Kaplan-Meier, of one arm: the share of units with the event by each time, with pointwise bands."""

    study: str
    metric: str
    arm: str
    days: tuple[float, ...]  # from 0, at most 250 of them
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    at_risk: tuple[int, ...]  # units still without the event, and observed
    median_days: Answer  # NoEstimate where half of the units never get there within the horizon
    units: int


class Panel(msgspec.Struct, frozen=True):
    """One of the three questions: which estimates answer it."""

    topic: str
    study: str
    metric: str
    arm: str
    headline: str  # id of the estimate over all units
    trend: tuple[str, ...]  # ids by month of start, from the earliest
    maturity: tuple[str, ...]  # ids by maturity at the start, as the bands are declared
    categories: tuple[str, ...]  # ids of the metric's categories: proven harm first, by money then by size
    harms: tuple[str, ...]  # those of all ids above in which harm is proven, adjusted for how many were looked at
    funnel: tuple[str, ...]  # ids, from wide to narrow
    shares: tuple[str, ...]  # time_to: ids of the shares by each mark
    line: str | None  # its benefit line


class Report(msgspec.Struct, frozen=True):
    schema: str
    method_version: str
    company: str
    currency: str
    as_of: str  # RFC 3339 UTC; rows from this instant on do not count
    confidence: float
    convention: str
    data: tuple[FactSummary, ...]
    definitions: Definitions
    studies: tuple[StudySummary, ...]
    estimates: tuple[Estimate, ...]
    curves: tuple[Curve, ...] = ()
    panels: tuple[Panel, ...] = ()
    money: Money | None = None
    customers: tuple[CustomerValue, ...] = ()
    pilot: Standing | None = None

    def headlines(self, study: str) -> tuple[Estimate, ...]:
        """The headline of each metric and arm over all units, in the definitions' order."""
        return tuple(e for e in self.estimates if e.study == study and e.headline and e.segment is None)


def encode(value: msgspec.Struct) -> bytes:
    """JSON that is the same bytes for the same value: two spaces, floats with 12 significant digits."""
    return msgspec.json.format(msgspec.json.encode(_rounded(msgspec.to_builtins(value))), indent=2) + b"\n"


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return float(f"{value:.12g}") + 0.0  # + 0.0 turns -0.0 into 0.0
        case dict():
            return {key: _rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [_rounded(item) for item in value]
    return value
