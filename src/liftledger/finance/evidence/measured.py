"""What was measured of a benefit line, as it comes from the report."""

from collections.abc import Sequence

import msgspec

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Estimate, MetricSummary
from liftledger.domain.value import Line
from liftledger.finance.evidence.worth import Derived


class Measured(msgspec.Struct, frozen=True):
    """A declared line with the estimates that it rests on."""

    line: Line
    topic: str | None
    priced: Estimate  # its effect is what a unit is worth money for
    metric: MetricSummary  # of `priced`
    counted: Estimate  # how much of the metric is moved; mostly `priced` itself
    counted_metric: MetricSummary
    direction: int  # 1 where a larger value of the priced metric is money, -1 where a smaller one is
    reduction: Estimate | None = None  # restricted mean of the time_to metric: its lift is the textbook's TTV reduction
    refusals: tuple[str, ...] = ()  # why it must not be priced, sentences; empty: it may
    cautions: tuple[str, ...] = ()  # what to mind, sentences
    worth: Derived | None = None  # read off a customer base; the line has its number

    @property
    def broken(self) -> bool:
        return self.priced.grade is Grade.BROKEN

    @property
    def effect(self) -> Interval | NoEstimate:
        """As measured; nothing where a check failed."""
        if self.broken:
            return NoEstimate(broken_study([self.line.study]))
        return self.priced.effect

    @property
    def against(self) -> tuple[str, ...]:
        """All that forbids to price it, sentences."""
        effect = self.effect
        if self.refusals or not isinstance(effect, NoEstimate):
            return self.refusals
        return (f"{effect.reason}.",)


def broken_study(studies: Sequence[str]) -> str:
    """Why the whole case shows no money."""
    *first, last = studies
    named = f"studies {', '.join(first)} and {last}" if first else f"study {last}"
    return f"a check failed in {named}, so no money is shown"
