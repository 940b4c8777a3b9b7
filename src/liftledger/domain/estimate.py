"""Answers of the statistics: an interval, or the reason why there is none."""

import msgspec


class Interval(msgspec.Struct, frozen=True, tag_field="answer", tag="interval"):
    """A point estimate with its standard error and confidence interval, all in the same unit."""

    value: float
    se: float
    low: float
    high: float


class NoEstimate(msgspec.Struct, frozen=True, tag_field="answer", tag="none"):
    """No number can be given; `reason` says why."""

    reason: str


Answer = Interval | NoEstimate


class Finding(msgspec.Struct, frozen=True):
    """What one method says about treatment against control.

    Values and `effect` are in the metric's own unit, `lift` is a fraction of the control value, `p_value` is the
    two-sided test of no difference. `skewness` is that of the effect's sampling distribution, kappa3 / se^3.
    `borrowed` is the arm whose units are all alike, so that its variation is taken from both arms' units together.
    """

    method: str
    control_value: float | None
    treatment_value: float | None
    effect: Answer
    lift: Answer
    p_value: float | None
    skewness: float | None = None
    borrowed: str | None = None  # control | treatment
