"""Headlines: an estimate as a sentence, and a study as its first line."""

import msgspec

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.guardrail import breached
from liftledger.domain.report import Estimate, MetricSummary, Report, StudySummary
from liftledger.report import numbers
from liftledger.report.verdict import NAMES, Verdict, name, verdict

ROLES = ("north_star", "outcome", "diagnostic", "guardrail")
MOST_ARMS_IN_A_LINE = 3
NO_STUDY = "No study is declared, so nothing is compared."


class Sentence(msgspec.Struct, frozen=True):
    """One estimate in words, in three parts so that a page can link the amount; `sureness` says how sure it is."""

    id: str
    verdict: Verdict
    name: str
    before: str
    amount: str
    after: str
    sureness: str

    def __str__(self) -> str:
        return f"{self.before}{self.amount}{self.after}"


def sentence(estimate: Estimate, metric: MetricSummary, confidence: float) -> Sentence:
    """What changed, by how much and how sure."""
    found = verdict(estimate, metric)
    label, arm = numbers.name_of(metric), numbers.isolated(estimate.arm)
    unit = numbers.unit_of(metric, estimate.unit)
    effect = estimate.effect
    if found is Verdict.OBSERVED:
        before, amount, after = f"Observed: {label} is ", _value(estimate.treatment_value, unit), _over(estimate)
        sureness = "There is no control arm, so this says what happened, not what caused it."
    elif isinstance(effect, NoEstimate):
        before, amount, after = f"No answer for {label} with {arm}", "", f": {effect.reason}."
        sureness = ""
    else:
        before, amount, after = _change(estimate, effect, metric, unit, found)
        sureness = _sureness(estimate, effect, metric, unit, confidence)
    return Sentence(
        estimate.id,
        found,
        name(found, metric, estimate.grade),
        before,
        amount,
        after.replace("..", "."),
        sureness.replace("..", "."),
    )


def first_line(report: Report, study: StudySummary) -> str:
    """What the study says, in a line: its leading metric, arm by arm."""
    estimates, metrics = whole(report, study.name), by_name(report)
    if study.grade is Grade.BROKEN:
        return "Broken: a check failed, so no number of this study may be used."
    if study.control is None:
        return "Nothing can be claimed as an effect here: this study has no control arm."
    if not estimates:
        return "No number can be given yet."
    metric = leading(estimates, metrics)
    led = [estimate for estimate in estimates if estimate.metric == metric.metric]
    unit = numbers.unit_of(metric, led[0].unit)
    label = numbers.name_of(metric)
    if len(led) > MOST_ARMS_IN_A_LINE:
        verdicts = [verdict(estimate, metric) for estimate in led]
        tally = [f"{NAMES[v].lower()} in {verdicts.count(v)}" for v in Verdict if v in verdicts]
        return f"{numbers.capital(label)}, {len(led)} arms: {numbers.listing(tally)}.{_breaches(report, study)}"
    return f"{numbers.capital(label)} {'; '.join(_clauses(led, metric, unit))}.{_breaches(report, study)}"


def leading(estimates: tuple[Estimate, ...], metrics: dict[str, MetricSummary]) -> MetricSummary:
    """The metric that a study is about: its north star, else a priced outcome, else its first outcome."""
    named = dict.fromkeys(estimate.metric for estimate in estimates)
    return min((metrics[metric] for metric in named), key=lambda m: (ROLES.index(m.role), not m.priced))


def by_name(report: Report) -> dict[str, MetricSummary]:
    """The definitions' metrics."""
    return {metric.metric: metric for metric in report.definitions.metrics}


def whole(report: Report, study: str) -> tuple[Estimate, ...]:
    """The headlines of a study without those of a metric's parts, which are no outcomes of their own."""
    metrics = by_name(report)
    return tuple(e for e in report.headlines(study) if metrics[e.metric].part_of is None)


def _breaches(report: Report, study: StudySummary) -> str:
    """Guardrails that were harmed: no first line may leave them out."""
    metrics = by_name(report)
    found = [
        f"{numbers.name_of(metrics[e.metric])} with {numbers.isolated(e.arm)}"
        for e in report.headlines(study.name)
        if breached(e, metrics[e.metric], report.confidence)
    ]
    return f" Guardrail breached: {numbers.listing(found)}." if found else ""


def _clauses(estimates: list[Estimate], metric: MetricSummary, unit: numbers.Unit) -> list[str]:
    """'rose by 0.77 USD per customer with Mens E-Mail and by 0.42 with Womens E-Mail', one for each direction."""
    found: dict[str, list[str]] = {}
    for estimate in estimates:
        effect, arm = estimate.effect, numbers.isolated(estimate.arm)
        if isinstance(effect, NoEstimate):
            found.setdefault("has no answer", []).append(f"with {arm}")
        elif verdict(estimate, metric) is Verdict.UNPROVEN:
            found.setdefault("is not proven to have changed", []).append(f"with {arm}")
        else:
            verb = _verb(estimate, effect)
            start = verb if estimate.grade is Grade.RANDOMISED else f"was {verb}"
            size = _size(effect, unit)
            amount = size if start in found else numbers.measured(size, unit)
            found.setdefault(start, []).append(f"by {amount} with {arm}")
    return [f"{start} {numbers.listing(ends)}" for start, ends in found.items()]


def _change(
    estimate: Estimate, effect: Interval, metric: MetricSummary, unit: numbers.Unit, found: Verdict
) -> tuple[str, str, str]:
    label, arm = numbers.name_of(metric), numbers.isolated(estimate.arm)
    decimals = numbers.effect_places(effect, unit)
    treated, control = (numbers.level(v, unit, decimals) for v in (estimate.treatment_value, estimate.control_value))
    against = f": {treated} against {control}"
    if isinstance(estimate.lift, Interval):
        against += f", {_relative(estimate.lift, metric)}"
    amount, verb = numbers.measured(_size(effect, unit), unit), _verb(estimate, effect)
    proven = found in (Verdict.BETTER, Verdict.WORSE)
    opening = _opening(metric, found)
    if proven and estimate.grade is Grade.RANDOMISED:
        before, after = f"{opening}with {arm}, {label} {verb} by ", against
    else:
        before, after = f"{opening}with {arm}, {label} was ", f" {verb}{against}"
    if not proven and found is not Verdict.BROKEN and effect.value == 0:
        before, amount, after = f"{opening}with {arm}, {label} was no different", "", against
    if found is Verdict.UNPROVEN:
        after += ". The interval contains 0"
    if found is Verdict.WORSE:
        after += f"; {metric.better} is better"
    return numbers.capital(before), amount, f"{after}."


def _relative(lift: Interval, metric: MetricSummary) -> str:
    """'a lift of +118%'; of a time, '15.7% less'."""
    if metric.unit != "days":
        return f"a lift of {numbers.lift(lift)}"
    return f"{numbers.lift(lift).lstrip('+' + numbers.MINUS)} {'more' if lift.value > 0 else 'less'}"


def _opening(metric: MetricSummary, found: Verdict) -> str:
    guardrail = metric.role == "guardrail"
    match found:
        case Verdict.UNPROVEN:
            return "no harm proven: " if guardrail else "not proven: "
        case Verdict.WORSE:
            return "guardrail breached: " if guardrail else "worse: "
        case Verdict.BETTER:
            return "guardrail held: " if guardrail else ""
        case Verdict.BROKEN:
            return "not to be used: "
    return ""


def _sureness(
    estimate: Estimate, effect: Interval, metric: MetricSummary, unit: numbers.Unit, confidence: float
) -> str:
    ends = numbers.change_range(effect, unit).replace(" to ", " and ")
    parts = [f"{numbers.confidence(confidence)} confidence: between {numbers.measured(ends, unit)}"]
    if isinstance(estimate.lift, Interval):
        parts.append(f"lift between {numbers.lift_range(estimate.lift).replace(' to ', ' and ')}")
    else:
        parts.append(f"no lift: {estimate.lift.reason}")
    if estimate.p_value is not None:
        parts.append(numbers.p_value(estimate.p_value))
    text = "; ".join(parts) + "."
    if metric.role == "guardrail" and verdict(estimate, metric) is Verdict.UNPROVEN:
        harm = effect.low if metric.better == "higher" else effect.high
        decimals = numbers.effect_places(effect, unit)
        most = numbers.fixed(harm * unit.factor, decimals, signed=True)
        text += f" Harm of up to {numbers.measured(most, unit)} is not ruled out."
    return text


def _verb(estimate: Estimate, effect: Interval) -> str:
    if estimate.grade is Grade.RANDOMISED and not effect.low <= 0 <= effect.high:
        return "rose" if effect.value > 0 else "fell"
    return "higher" if effect.value > 0 else "lower"


def _size(effect: Interval, unit: numbers.Unit) -> str:
    """The difference without its sign: the verb carries it."""
    return numbers.fixed(abs(effect.value) * unit.factor, numbers.effect_places(effect, unit))


def _value(value: float | None, unit: numbers.Unit) -> str:
    text = numbers.level(value, unit)
    return text if unit.factor != 1 else numbers.measured(text.removesuffix(unit.value_sign), unit)


def _over(estimate: Estimate) -> str:
    units = estimate.units.get("treatment", 0)
    return f", over {numbers.count(units)} {numbers.plural(estimate.unit, units)}."
