"""Metrics: what is measured of each unit, over one fact."""

from typing import Literal

import msgspec

from liftledger.domain.expression import Expression
from liftledger.domain.instant import DAY, HOUR, brief

Kind = Literal["conversion", "count", "sum", "mean", "ratio", "rate", "time_to", "retention", "repeat"]
Role = Literal["north_star", "outcome", "diagnostic", "guardrail"]


class Term(msgspec.Struct, frozen=True):
    """Per unit: the sum of `value` over the rows that pass `where`; without `value`, their number."""

    value: Expression | None = None
    where: Expression | None = None


class Cap(msgspec.Struct, frozen=True):
    """Two-sided limits on a unit's total.

    Absolute limits are integers in the measure's own scale; percentiles (of the non-zero totals of all arms
    together) are in hundredths of a percent, 9950 for the 99.5th.
    """

    low: int | None = None
    high: int | None = None
    low_percentile: int | None = None
    high_percentile: int | None = None

    @property
    def absolute(self) -> bool:
        """Whether it says without any data what a total is limited to."""
        return self.low_percentile is None and self.high_percentile is None


class Onset(msgspec.Struct, frozen=True):
    """What starts a unit's clock: its first row that passes `where`, or of a wide fact, a column that holds a time."""

    fact: str
    where: Expression | None = None
    column: str | None = None


class Metric(msgspec.Struct, frozen=True):
    """One definition. Spans are microseconds.

    - conversion: share of units with at least one row
    - count: rows per unit
    - sum: value per unit
    - mean: average of a row's value (sum / rows), clustered by unit
    - ratio: sum of numerator / sum of denominator, clustered by unit
    - rate: rows per unit and `per`, over the time each unit was observed
    - time_to: time from a unit's clock to its first row, restricted to `horizon`; units without one by then, or by
      as_of, are censored. The clock starts with the unit in the study, or at its onset if that is later
    - retention: share of units with at least one row in the window after their clock and the delay; mature once that
      is over. Without an onset it is a conversion
    - repeat: units with at least two rows / units with at least one, clustered by unit
    """

    name: str
    kind: Kind
    fact: str
    numerator: Term
    denominator: Term | None = None  # ratio only
    window: int | None = None  # length after start + delay; None: until as_of
    delay: int = 0
    lookback: int | None = None  # length before start, the covariate of CUPED
    covariate: Term | None = None  # wide facts: the covariate is a column instead of a look back
    covariate_denominator: Term | None = None  # wide ratio
    cap: Cap | None = None
    per: int = DAY  # rate only
    better: Literal["higher", "lower"] = "higher"
    role: Role = "outcome"
    priced: bool = False
    dimensions: tuple[str, ...] = ()
    by: str | None = None  # a text column of the fact: also measured for the rows of each of its values
    part_of: str | None = None  # the metric that this is one value of `by` of
    value_of_by: str | None = None  # that value, '' where blank
    onset: Onset | None = None  # time_to and retention
    horizon: int | None = None  # time_to only, and so the rest
    grid: int = HOUR  # an event in (k, k + 1] steps counts at step k + 1
    marks: tuple[int, ...] = ()  # times by which the share of units with the event is given; the last is the horizon
    recurring: bool = False  # the event can happen again, so that one before the clock starts is no reason to leave out
    textbook: bool = False  # also the mean over units with the event, biased
    description: str = ""

    @property
    def is_worth(self) -> bool:
        """Whether it is the declared worth of another metric's rows."""
        return self.part_of is not None and self.value_of_by is None

    @property
    def quotient(self) -> bool:
        """Whether the metric is a quotient of two sums over units."""
        return self.kind in ("mean", "ratio", "rate", "repeat")

    @property
    def clocked(self) -> bool:
        """Whether units are counted from a clock of their own, which their rows may start."""
        return self.kind == "time_to" or self.onset is not None


def share_by(metric: str, mark: int) -> str:
    """Name of the metric that is the share by a mark of a time_to metric."""
    return f"{metric}_by_{brief(mark)}"
