"""The report: `report.json`, schema `liftledger.report/1`, the waist between measuring and showing.

A pure function of (records, definitions, as_of, method version): it holds nothing about engine, place or clock.
Floats carry 12 significant digits; proportions are fractions, money is in major units, durations are in days.
"""

from typing import Any

import msgspec

from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.domain.evidence import Grade

SCHEMA = "liftledger.report/1"
METHOD_VERSION = "1"


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
    missing: dict[str, int]  # optional column used -> rows where it is blank


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
