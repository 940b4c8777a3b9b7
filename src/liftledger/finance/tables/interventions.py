"""Churn interventions against the baseline: did those who were about to leave stay, and would they have anyway?"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from liftledger.domain.cash import BenefitLine, Extra, Figure
from liftledger.domain.customer_value import CustomerValue, Kept
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.formulas.arithmetic import less
from liftledger.finance.formulas.intervention import pooled, saved, share
from liftledger.finance.tables.ground import Ground, id_of

NAME = "interventions"
HISTORY = (
    "The baseline is what all customers did before the study. Who gets an intervention is chosen because they look "
    "like leaving, so that it flatters neither side and proves nothing: only the difference to control is priced."
)
PERIODS = {"month": (28, 31), "quarter": (89, 92), "year": (360, 366)}  # days


def interventions(ground: Ground) -> Extra | None:
    """Of lines on interventions."""
    made = {line.name: line for line in ground.money.lines}
    lines = [(one, made[one.line.name]) for one in ground.measured if one.line.benefit == "intervention"]
    found = tuple(figure for one, line in lines for figure in _figures(ground, one, line))
    return Extra(NAME, "Churn interventions against the baseline", (HISTORY,), found) if found else None


def _figures(ground: Ground, measured: Measured, line: BenefitLine) -> Iterator[Figure]:
    def own(key: str) -> str:
        return id_of(NAME, f"{line.name}.{key}")

    priced, confidence = measured.priced, ground.confidence
    stays = measured.direction > 0  # else the metric is the share that left
    treated = _share(measured, priced.treatment_value, "treatment", confidence)
    control = _share(measured, priced.control_value, "control", confidence)
    baseline = _baseline(ground, measured)
    over: Interval | NoEstimate
    kept: Interval | NoEstimate
    if isinstance(treated, Interval) and isinstance(baseline, Interval):
        over = less(treated, baseline, confidence=confidence)
        kept = saved(treated, baseline, confidence=confidence)
    else:
        over = kept = treated if isinstance(treated, NoEstimate) else baseline
    of = "share who stayed" if stays else "1 - share who left"
    yield ground.figure(NAME, f"{line.name}.treated", treated, "share", f"{of}, of the arm", {"metric": priced.id})
    yield ground.figure(NAME, f"{line.name}.control", control, "share", f"{of}, of control", {"metric": priced.id})
    yield ground.figure(
        NAME,
        f"{line.name}.baseline",
        baseline,
        "share",
        "share of customers who stayed for as long, in all whole periods before the study began",
    )
    yield ground.figure(
        NAME,
        f"{line.name}.over_baseline",
        over,
        "share",
        "treated - baseline: not randomised, never priced",
        {"treated": own("treated"), "baseline": own("baseline")},
    )
    yield ground.figure(
        NAME,
        f"{line.name}.saved",
        kept,
        "share",
        "of those who would have left by the baseline, who stayed: (treated - baseline) / (1 - baseline); not "
        "randomised, never priced",
        {"treated": own("treated"), "baseline": own("baseline")},
    )


def _share(measured: Measured, value: float | None, role: str, confidence: float) -> Interval | NoEstimate:
    if measured.metric.unit != "share":
        return NoEstimate(f"{measured.metric.metric} is no share of units that stayed")
    if value is None:
        return NoEstimate("there is no control" if role == "control" else "nothing was measured")
    return share(
        value if measured.direction > 0 else 1 - value, measured.priced.units.get(role, 0), confidence=confidence
    )


def _baseline(ground: Ground, measured: Measured) -> Interval | NoEstimate:
    """Retention of the base before the study, over periods as long as the metric's window."""
    base = _base(ground, measured)
    if isinstance(base, NoEstimate):
        return base
    days = measured.priced.maturity.window_days
    period = next((name for name, (low, high) in PERIODS.items() if days is not None and low <= days <= high), None)
    if period is None:
        told = "has no window" if days is None else f"is over {days:g} days"
        return NoEstimate(f"the metric {told}, and retention is counted by months, quarters and years")
    study = next(one for one in ground.studies if one.name == measured.line.study)
    if study.span is None:
        return NoEstimate("the study has no beginning")
    before = _before([one for one in base.kept if one.period == period], study.span.first[:10])
    return pooled(sum(one.ending for one in before), sum(one.starting for one in before), confidence=ground.confidence)


def _base(ground: Ground, measured: Measured) -> CustomerValue | NoEstimate:
    """That which the line's worth is read off, or the only one."""
    named = measured.line.worth_from
    if named is not None and (found := ground.base(named.base)) is not None:
        return found
    if len(ground.customers) == 1:
        return ground.customers[0]
    several = "several customer bases are declared" if ground.customers else "no customer base is declared"
    return NoEstimate(f"{several}, and the line names none")


def _before(periods: Sequence[Kept], day: str) -> list[Kept]:
    """Those that were over on the day: each ends where the next begins."""
    starts = sorted(one.start for one in periods)
    ends = dict(pairwise(starts))
    return [one for one in periods if one.start in ends and ends[one.start] <= day]
