"""A plan's line: what it would rest on, had it been measured; graded assumed."""

import math

import msgspec

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Estimate, Maturity, MetricSummary
from liftledger.domain.value import Assumed, Line
from liftledger.finance.evidence.measured import Measured

UNMEASURED = NoEstimate("nothing is measured yet: the effect is assumed")


def assumed(line: Line) -> Measured:
    """Of a line that says what it assumes; its interval is the plausible range."""
    belief = line.assumed
    assert belief is not None
    line = msgspec.structs.replace(line, metric=line.metric or line.name)
    metric = MetricSummary(
        metric=line.metric,
        kind="assumed",
        fact="",
        definition="Assumed: nothing is measured yet.",
        description=line.description,
        unit=belief.metric_unit,
        better=belief.better,
        role="outcome",
        priced=True,
    )
    estimate = Estimate(
        id=f"assumed.{line.name}",
        study="",
        metric=line.metric,
        arm=line.arm,
        control=None,
        segment=None,
        unit="unit",
        method="assumed",
        headline=True,
        control_value=None,
        treatment_value=None,
        effect=_effect(belief),
        lift=UNMEASURED,
        p_value=None,
        units={},
        grade=Grade.ASSUMED,
        maturity=Maturity("immature", None, {}),
        skewness=None,
        priceable=True,
        notes=(),
    )
    return Measured(
        line=line,
        topic=None,
        priced=estimate,
        metric=metric,
        counted=estimate,
        counted_metric=metric,
        direction=1 if belief.better == "higher" else -1,
    )


def _effect(belief: Assumed) -> Interval:
    """Standard deviation of the triangular distribution: Kotz & van Dorp (2004), Beyond Beta, section 1.1."""
    low, mode, high = (float(number) for number in (belief.low, belief.effect, belief.high))
    squares = (mode - low) ** 2 + (high - mode) ** 2 + (high - low) ** 2
    return Interval(mode, math.sqrt(squares / 36), low, high)
