"""A table's row: one estimate as text, the same in page and terminal."""

from collections.abc import Iterable

import msgspec

from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Estimate, MetricSummary
from liftledger.domain.study import STARTED
from liftledger.report import numbers
from liftledger.report.truth import held, true_effect
from liftledger.report.verdict import Verdict, name, verdict

METHODS = {
    "activated-only": "units with the event only, biased",
    "kaplan-meier": "Kaplan-Meier",
    "restricted-mean": "restricted mean",
}
DIMENSIONS = {STARTED: "month of start"}


class Row(msgspec.Struct, frozen=True):
    """`effect_range` and `lift_range` are empty where there is no interval; `effect` and `lift` are then 'none'."""

    id: str
    metric: str
    part: str  # of a metric's part, what it is beneath the metric: 'by 30 days', 'billing'
    scale: str  # of the metric: 'USD per customer'
    arm: str
    segment: str
    method: str
    headline: bool
    control: str
    treatment: str
    effect: str
    effect_range: str
    lift: str
    lift_range: str
    p_value: str
    control_units: str
    treatment_units: str
    verdict: Verdict
    name: str  # of the verdict
    grade: Grade
    maturity: str  # '' where every unit was observed for the whole window
    no_effect: str  # the reason, where there is none
    no_lift: str
    p_adjusted: str  # '' where nothing is adjusted
    truth: str  # of a simulated company: the true effect; '' elsewhere
    held: str  # whether the interval holds it
    excluded: str  # units left out before any counting, in a sentence; '' where there are none

    @property
    def why_not(self) -> tuple[str, ...]:
        """Why there is no effect, and why no lift where that has a reason of its own."""
        effect = [f"No effect: {self.no_effect}"] if self.no_effect else []
        lift = [f"No lift: {self.no_lift}"] if self.no_lift and self.no_lift != self.no_effect else []
        return (*effect, *lift)


def row(estimate: Estimate, metric: MetricSummary) -> Row:
    """An estimate as text."""
    unit = numbers.unit_of(metric, estimate.unit)
    effect, lift = estimate.effect, estimate.lift
    decimals = numbers.effect_places(effect, unit) if isinstance(effect, Interval) else None
    found = verdict(estimate, metric)
    return Row(
        id=estimate.id,
        metric=numbers.name_of(metric),
        part=numbers.part_of(metric),
        scale=unit.scale,
        arm=estimate.arm,
        segment=segment(estimate),
        method=method(estimate),
        headline=estimate.headline,
        control=numbers.level(estimate.control_value, unit, decimals),
        treatment=numbers.level(estimate.treatment_value, unit, decimals),
        effect=numbers.change(effect, unit) if isinstance(effect, Interval) else "none",
        effect_range=numbers.change_range(effect, unit) if isinstance(effect, Interval) else "",
        lift=numbers.lift(lift) if isinstance(lift, Interval) else "none",
        lift_range=numbers.lift_range(lift) if isinstance(lift, Interval) else "",
        p_value="none" if estimate.p_value is None else numbers.bare_p_value(estimate.p_value),
        control_units=_units(estimate, "control"),
        treatment_units=_units(estimate, "treatment"),
        verdict=found,
        name=name(found, metric, estimate.grade),
        grade=estimate.grade,
        maturity=maturity(estimate),
        no_effect=_reason(effect),
        no_lift=_reason(lift),
        p_adjusted="" if estimate.p_adjusted is None else numbers.bare_p_value(estimate.p_adjusted),
        truth=true_effect(estimate, unit),
        held=held(estimate),
        excluded=excluded(estimate),
    )


def grouped(estimates: Iterable[Estimate], metrics: dict[str, MetricSummary]) -> tuple[Estimate, ...]:
    """The same estimates, a metric's parts beneath the metric."""
    place = {name: number for number, name in enumerate(metrics)}

    def key(estimate: Estimate) -> tuple[int, int]:
        whole = metrics[estimate.metric].part_of
        own = place[estimate.metric]
        return (own, -1) if whole is None else (place.get(whole, own), own)

    found = tuple(estimates)
    return tuple(sorted(found, key=key)) if any(metrics[e.metric].part_of for e in found) else found


def method(estimate: Estimate) -> str:
    """The method's name as text."""
    return METHODS.get(estimate.method, numbers.label(estimate.method))


def dimension(name: str) -> str:
    """A dimension's name as text; the months of start have one of their own."""
    return DIMENSIONS.get(name, numbers.label(name))


def excluded(estimate: Estimate) -> str:
    """'left out: 12 control and 15 treatment users whose event came before their clock started'."""
    told = []
    for reason, words in (
        ("before", "whose event came before their clock started"),
        ("without", "whose clock never started"),
    ):
        counts = {arm: n for arm, n in estimate.excluded.get(reason, {}).items() if n}
        if counts:
            arms = numbers.listing(tuple(f"{numbers.count(n)} {arm}" for arm, n in counts.items()))
            told.append(f"{arms} {numbers.plural(estimate.unit, sum(counts.values()))} {words}")
    return f"left out: {'; '.join(told)}" if told else ""


def segment(estimate: Estimate) -> str:
    """'channel = Web', or '' for all units."""
    return ", ".join(f"{dimension(name)} = {value}" for name, value in (estimate.segment or {}).items())


def maturity(estimate: Estimate) -> str:
    """'maturing: 120 control and 118 treatment customers wait for the end of a window of 30 days'."""
    found = estimate.maturity
    waiting = {arm: units for arm, units in found.immature.items() if units}
    if not waiting:
        return ""
    arms = {"treatment": ""} if estimate.control is None else {"control": " control", "treatment": " treatment"}
    units = numbers.listing(tuple(f"{numbers.count(n)}{arms[arm]}" for arm, n in waiting.items()))
    window = "" if found.window_days is None else f" of {numbers.duration(found.window_days)}"
    last = list(waiting.values())[-1]
    verb = "waits" if sum(waiting.values()) == 1 else "wait"
    return f"{found.state}: {units} {numbers.plural(estimate.unit, last)} {verb} for the end of a window{window}"


def _units(estimate: Estimate, arm: str) -> str:
    return numbers.count(estimate.units[arm]) if arm in estimate.units else "none"


def _reason(answer: Answer) -> str:
    return answer.reason if isinstance(answer, NoEstimate) else ""
