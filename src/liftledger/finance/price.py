"""The price of a line: what one unit of its effect is worth, and what effect is expected."""

import math
from collections.abc import Sequence

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.domain.value import Line, Prior, Value
from liftledger.finance.measured import Measured
from liftledger.finance.normal import interval
from liftledger.finance.schedule import schedule
from liftledger.finance.shrinkage import posterior


class Price(msgspec.Struct, frozen=True):
    """A line in money. Worth has the sign that turns an effect, treatment minus control, into money gained."""

    measured: Measured
    raw: Interval  # the effect as measured
    effect: Interval  # as expected: shrunk by the prior, or as measured
    prior: Prior | None
    margin: float | None  # of a line on revenue
    worth: float  # of one unit of effect: money a month, or each campaign, at the full effect
    schedule: tuple[float, ...]
    present_worth: float  # of one unit of effect: present value over the whole schedule

    @property
    def line(self) -> Line:
        return self.measured.line

    @property
    def benefits(self) -> tuple[float, ...]:
        """Money of each month, from month 0."""
        return tuple(self.worth * self.effect.value * share for share in self.schedule)

    @property
    def present_value(self) -> float:
        return self.present_worth * self.effect.value

    @property
    def standard_error(self) -> float:
        """Of the present value."""
        return abs(self.present_worth) * self.effect.se


def price(measured: Measured, raw: Interval, value: Value, factors: Sequence[float], confidence: float) -> Price:
    """`factors` are the discount factors of months 0 to the last."""
    line = measured.line
    prior = prior_of(measured, value.priors)
    worth = measured.direction * float(line.units) * float(1 if line.worth is None else line.worth)
    margin = None
    if line.basis == "revenue":
        assert value.margin is not None  # definitions refuse a line on revenue without it
        margin = float(value.margin)
        worth *= margin
    if line.realisation is not None:
        worth *= float(line.realisation)
    shares = schedule(line, value.months)
    effect = raw
    if prior is not None:
        expected = posterior(raw.value, raw.se, mean=prior.mean, sd=prior.sd)
        effect = interval(expected.mean, expected.sd, confidence=confidence)
    present_worth = worth * math.fsum(share * factor for share, factor in zip(shares, factors, strict=True))
    return Price(measured, raw, effect, prior, margin, worth, shares, present_worth)


def prior_of(measured: Measured, priors: Sequence[Prior]) -> Prior | None:
    """The prior on the scale of what is priced: of the metric itself, of the share by the line's mark, or of its cost.

    A line with worth by category is priced in money, so that a prior of the metric's own scale does not fit it.
    """
    line = measured.line
    metric = measured.metric.metric if line.worth_by else line.metric
    return next((prior for prior in priors if (prior.metric, prior.mark) == (metric, line.mark)), None)
