"""Everything that the methods say about time to an event: the mean time, and the share with the event by a mark."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from liftledger.domain.durations import Durations
from liftledger.domain.estimate import Finding, NoEstimate
from liftledger.domain.instant import DAY
from liftledger.domain.metric import Metric
from liftledger.domain.moments import Sums
from liftledger.stats.borrowed import borrowed
from liftledger.stats.findings import NO_VARIATION, with_correction
from liftledger.stats.joint import Joint, independent
from liftledger.stats.kaplan_meier import days, share_without
from liftledger.stats.level import Level
from liftledger.stats.quantity import Quantity, of_arms
from liftledger.stats.restricted_mean import restricted_mean
from liftledger.stats.survival import Survival, survival

Read = Callable[[Survival, int], Level]  # of a curve, at a step


def time_findings(
    metric: Metric, control: Durations, treatment: Durations, *, confidence: float = 0.95
) -> tuple[Finding, ...]:
    """The restricted mean in days, its skew-corrected form if need be, and last the textbook's form if it is asked for.

    The lift is negative where value is reached faster: the reduction in percent is minus the lift.
    """
    assert metric.horizon is not None

    def mean_days(curve: Survival, step: int) -> Level:
        return restricted_mean(curve, step).scaled(metric.grid / DAY)

    found = tuple(_compared("restricted-mean", mean_days, metric, metric.horizon, control, treatment, confidence))
    return (*found, _activated_only(metric, control, treatment, confidence)) if metric.textbook else found


def share_findings(
    metric: Metric, mark: int, control: Durations, treatment: Durations, *, confidence: float = 0.95
) -> tuple[Finding, ...]:
    """Share of units with the event by a mark, in microseconds; where higher is better, still without it.

    With complete records it is the difference of two shares by Welch, whose variances divide by n - 1.
    """
    sign, shift = (1.0, 0.0) if metric.better == "higher" else (-1.0, 1.0)

    def share(curve: Survival, step: int) -> Level:
        return share_without(curve, step).scaled(sign, shift=shift)

    return tuple(_compared("kaplan-meier", share, metric, mark, control, treatment, confidence))


def _compared(
    method: str, read: Read, metric: Metric, until: int, control: Durations, treatment: Durations, confidence: float
) -> Iterator[Finding]:
    """Two curves read at the same time after the start."""
    step = until // metric.grid
    curves = {"control": survival(control), "treatment": survival(treatment)}
    levels = {arm: read(curve, step) for arm, curve in curves.items() if curve.units and curve.reaches(step)}
    shown = tuple(levels[arm].value if arm in levels else None for arm in curves)
    reason = _missing(curves, days(step, metric.grid), levels)
    joint = NoEstimate(reason) if reason else _joint(levels, read(survival(control + treatment), step))
    yield from with_correction(method, joint, (shown[0], shown[1]), _no_variation(metric, curves, step), confidence)


def _missing(curves: dict[str, Survival], length: str, levels: dict[str, Level]) -> str:
    """Why there is no estimate, '' if there is one."""
    for arm, curve in curves.items():
        if curve.units == 0:
            return f"the {arm} arm has no units"
        if arm not in levels:
            return f"no unit of the {arm} arm has been observed for {length} yet"
    for arm, curve in curves.items():
        if curve.units == 1:
            return f"the {arm} arm has 1 unit; a variance needs 2"
    return ""


def _joint(levels: dict[str, Level], both: Level) -> Joint:
    control, treatment, lacks = levels["control"], levels["treatment"], None
    if control.variance == 0 < treatment.variance:
        control, lacks = borrowed(control, both), "control"
    elif treatment.variance == 0 < control.variance:
        treatment, lacks = borrowed(treatment, both), "treatment"
    sources = treatment.source(control=False), control.source(control=True)
    return Joint(treatment.value, control.value, sources, lacks)


def _no_variation(metric: Metric, curves: dict[str, Survival], step: int) -> str:
    if all(curve.at(step) == 1 for curve in curves.values()):
        none = f"no unit of either arm has the event within {days(step, metric.grid)}"
        return f"{none}, so nothing shows how far chance could move the difference"
    return NO_VARIATION


def _activated_only(metric: Metric, control: Durations, treatment: Durations, confidence: float) -> Finding:
    """Mean time of the units with the event, in days: biased, since who has it is itself an effect."""
    arms = _with_event(control), _with_event(treatment)
    for arm, one in zip(("control", "treatment"), arms, strict=True):
        if one.n == 0:
            nothing = NoEstimate(f"no unit of the {arm} arm has the event")
            means = [None if x.n == 0 else float(x.mean(STEPS) * metric.grid / DAY) for x in arms]
            return Finding("activated-only", means[0], means[1], nothing, nothing, None)
    values = of_arms(Quantity(STEPS, None, Fraction(metric.grid, DAY)), *arms)
    assert not isinstance(values, NoEstimate)
    shown = float(values[0].value), float(values[1].value)
    return next(with_correction("activated-only", independent(*values), shown, NO_VARIATION, confidence))


STEPS = "steps"


def _with_event(durations: Durations) -> Sums:
    """Sums of powers of the steps of the units with the event."""
    powers = {
        (STEPS,) * power: sum(step**power * units for step, units in durations.events.items()) for power in (1, 2)
    }
    return Sums(sum(durations.events.values()), powers)
