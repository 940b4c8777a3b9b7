"""A line that is priced: the effect that counts, and what was believed of it before."""

from collections.abc import Sequence

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.domain.value import Line, Prior
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.evidence.worth import Derived


class Priced(msgspec.Struct, frozen=True):
    """What the workings need of a line."""

    line: Line
    effect: Interval  # as measured; of a plan, as assumed
    prior: Prior | None = None
    direction: int = 1  # 1 where a larger value of the metric is money, -1 where a smaller one is
    better: int = 1  # the same of what is counted, mostly the same metric
    unit: str = ""  # of the effect
    evidence: str = ""  # id of the estimate
    counted: Interval | None = None  # effect on what is counted, mostly the same; None where there is no estimate
    counted_unit: str = ""
    counted_evidence: str = ""
    worth: Derived | None = None  # where it is read off a customer base

    @property
    def counts_another(self) -> bool:
        """Whether what is counted is another metric than what is priced."""
        return self.counted is not None and self.counted_evidence != self.evidence

    @property
    def draw(self) -> str:
        return draw_of(self.line)


def priced(measured: Measured, effect: Interval, priors: Sequence[Prior]) -> Priced:
    """Of a line that may be priced, with its effect."""
    line, counted = measured.line, measured.counted.effect
    return Priced(
        line=line,
        effect=effect,
        prior=prior_of(line, priors),
        direction=measured.direction,
        better=-1 if measured.counted_metric.better == "lower" else 1,
        unit=measured.metric.unit,
        evidence=measured.priced.id,
        counted=counted if isinstance(counted, Interval) else None,
        counted_unit=measured.counted_metric.unit,
        counted_evidence=measured.counted.id,
        worth=measured.worth,
    )


def draw_of(line: Line) -> str:
    """What errs together: the lines of one study; an assumption errs alone."""
    return f"line {line.name}" if line.assumed else f"study {line.study}"


def prior_of(line: Line, priors: Sequence[Prior]) -> Prior | None:
    """The prior on the scale of what is priced: of the metric itself, of the share by the line's mark, or of its cost.

    A line with worth by category is priced in money, so that a prior of the metric's own scale does not fit it. What is
    assumed is a belief already.
    """
    if line.assumed:
        return None
    metric = line.worth_metric if line.worth_by else line.metric
    return next((prior for prior in priors if (prior.metric, prior.mark) == (metric, line.mark)), None)
