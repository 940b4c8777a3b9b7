"""A question's answer: what the estimates of its panel say, harm first."""

import msgspec

from liftledger.domain.cash import BenefitLine
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import MEANING, Grade
from liftledger.domain.report import Curve, Estimate, MetricSummary, Panel, Report, StudySummary
from liftledger.report import numbers
from liftledger.report.case import when
from liftledger.report.headline import by_name, sentence
from liftledger.report.table import dimension
from liftledger.report.verdict import Verdict, name, verdict

QUESTIONS = {
    "time_to_value": "Is value reached faster?",
    "tickets": "Are tickets avoided?",
    "expansion": "Do accounts expand?",
}
SHORT = {
    Verdict.BETTER: "Yes",
    Verdict.WORSE: "No, the contrary",
    Verdict.UNPROVEN: "Not proven",
    Verdict.SILENT: "No answer yet",
    Verdict.OBSERVED: "Cannot be said",
    Verdict.BROKEN: "Broken",
}


class Answer(msgspec.Struct, frozen=True):
    """One of the three questions, with everything that its panel shows."""

    topic: str
    question: str
    panel: Panel
    study: StudySummary
    metric: MetricSummary
    estimate: Estimate
    verdict: Verdict
    short: str  # 'Yes', 'Not proven', ...
    sentence: str
    sureness: str
    reduction: str  # time_to only: '15.7% less time'; '' elsewhere
    reduction_range: str
    meaning: str  # of the grade
    harms: tuple[str, ...]  # sentences
    trend: tuple[Estimate, ...]
    maturity: tuple[Estimate, ...]
    categories: tuple[Estimate, ...]
    funnel: tuple[Estimate, ...]
    shares: tuple[Estimate, ...]
    curves: tuple[Curve, Curve] | None  # control, treated
    line: BenefitLine | None

    @property
    def broken(self) -> bool:
        return self.verdict is Verdict.BROKEN


def answers(report: Report) -> tuple[Answer, ...]:
    """An answer for each panel, in the report's order."""
    return tuple(_answer(report, panel) for panel in report.panels)


def harms(report: Report) -> tuple[str, ...]:
    """Every harm that is proven, in a sentence, each once."""
    return tuple(dict.fromkeys(text for found in answers(report) for text in found.harms))


def _answer(report: Report, panel: Panel) -> Answer:
    estimates = {estimate.id: estimate for estimate in report.estimates}
    metrics = by_name(report)
    estimate = estimates[panel.headline]
    metric = metrics[estimate.metric]
    study = next(study for study in report.studies if study.name == panel.study)
    found = verdict(estimate, metric)
    lines = report.money.lines if report.money else ()
    said, sureness = _said(report, estimate, metric, found)

    def of(ids: tuple[str, ...]) -> tuple[Estimate, ...]:
        return tuple(estimates[id] for id in ids if id in estimates)  # noqa: A001

    reduction, reduction_range = _reduction(estimate, metric)
    return Answer(
        topic=panel.topic,
        question=QUESTIONS.get(panel.topic, numbers.capital(numbers.label(panel.topic))),
        panel=panel,
        study=study,
        metric=metric,
        estimate=estimate,
        verdict=found,
        short=_short(estimate, metric, found) + (", but with harm" if panel.harms and found is Verdict.BETTER else ""),
        sentence=said,
        sureness=sureness,
        reduction=reduction,
        reduction_range=reduction_range,
        meaning=MEANING[estimate.grade],
        harms=tuple(harm(e, metrics[e.metric]) for e in of(panel.harms)),
        trend=of(panel.trend),
        maturity=of(panel.maturity),
        categories=of(panel.categories),
        funnel=of(panel.funnel),
        shares=of(panel.shares),
        curves=_curves(report, panel, study),
        line=next((line for line in lines if line.name == panel.line), None),
    )


def harm(estimate: Estimate, metric: MetricSummary) -> str:
    """'Harm is proven: tickets per month, billing, rose by 0.012 per 30 days with personalized.'"""
    label, arm = numbers.name_of(metric), numbers.isolated(estimate.arm)
    where = ", ".join(f"{dimension(key)} {value}" for key, value in (estimate.segment or {}).items())
    where = f" ({where})" if where else ""
    effect = estimate.effect
    if isinstance(effect, NoEstimate):
        return f"Harm is proven: {label} with {arm}{where}."
    unit = numbers.unit_of(metric, estimate.unit)
    size = numbers.fixed(abs(effect.value) * unit.factor, numbers.effect_places(effect, unit))
    verb = "rose" if effect.value > 0 else "fell"
    label += "," if metric.part == "category" else ""
    return f"Harm is proven: {label} {verb} by {numbers.measured(size, unit)} with {arm}{where}."


def _said(report: Report, estimate: Estimate, metric: MetricSummary, found: Verdict) -> tuple[str, str]:
    if found is Verdict.BROKEN:
        return "A check failed, so no number of this study may be used.", ""
    if isinstance(estimate.effect, NoEstimate) and estimate.maturity.state == "immature":
        return numbers.capital(when([estimate])), ""
    text = sentence(estimate, metric, report.confidence)
    words = str(text)
    for opening in ("Not proven: ", "Worse: "):  # the short answer says so
        words = numbers.capital(words.removeprefix(opening))
    return words, text.sureness


def _short(estimate: Estimate, metric: MetricSummary, found: Verdict) -> str:
    if found is Verdict.SILENT and estimate.maturity.state != "immature":
        return "No answer"
    proven = found in (Verdict.BETTER, Verdict.WORSE)
    return SHORT[found] if not proven or estimate.grade is Grade.RANDOMISED else name(found, metric, estimate.grade)


def _reduction(estimate: Estimate, metric: MetricSummary) -> tuple[str, str]:
    """Time saved, as a share of control's: the lift with its sign turned."""
    lift = estimate.lift
    if metric.kind != "time_to" or metric.part_of is not None or isinstance(lift, NoEstimate):
        return "", ""
    turned = Interval(-lift.value, lift.se, -lift.high, -lift.low)
    decimals = numbers.places(turned.low * 100, turned.high * 100)
    low, high = (f"{numbers.fixed(end * 100, decimals)}%" for end in (turned.low, turned.high))
    return f"{numbers.fixed(turned.value * 100, decimals)}%", f"{low} to {high}"


def _curves(report: Report, panel: Panel, study: StudySummary) -> tuple[Curve, Curve] | None:
    of_metric = {c.arm: c for c in report.curves if c.study == panel.study and c.metric == panel.metric}
    if study.control is None or not {study.control, panel.arm} <= of_metric.keys():
        return None
    return of_metric[study.control], of_metric[panel.arm]
