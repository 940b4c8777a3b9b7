"""Panels: which estimates answer each of the three questions, and where harm is proven."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.domain.evidence import Grade
from liftledger.domain.project import Project
from liftledger.domain.question import Question
from liftledger.domain.report import Estimate, MetricSummary, Panel
from liftledger.domain.study import STARTED
from liftledger.stats.holm import holm


def adjusted(estimates: Iterable[Estimate], metrics: Mapping[str, MetricSummary]) -> tuple[Estimate, ...]:
    """The estimates with Holm's p-values where several categories of one metric were looked at together."""
    estimates = tuple(estimates)
    families: dict[tuple[str, str | None, str], list[Estimate]] = {}
    for one in estimates:
        summary = metrics[one.metric]
        if one.headline and one.segment is None and summary.part == "category":
            families.setdefault((one.study, summary.part_of, one.arm), []).append(one)
    found: dict[str, float | None] = {}
    for family in families.values():
        found |= dict(zip((one.id for one in family), holm([one.p_value for one in family]), strict=True))
    return tuple(
        msgspec.structs.replace(one, p_adjusted=found[one.id]) if one.id in found else one for one in estimates
    )


def panels(
    project: Project, estimates: Sequence[Estimate], metrics: Mapping[str, MetricSummary], confidence: float
) -> Iterator[Panel]:
    """One for each question, in the order in which the product asks them."""
    for question in project.questions:
        yield _panel(project, question, _Shown(question, estimates, metrics), 1 - confidence)


class _Shown(msgspec.Struct, frozen=True):
    """The headlines of one question."""

    question: Question
    estimates: Sequence[Estimate]
    metrics: Mapping[str, MetricSummary]

    def headlines(self, metric: str, dimension: str | None = None) -> list[Estimate]:
        key = (self.question.study, metric, self.question.arm)
        return [
            one
            for one in self.estimates
            if one.headline
            and (one.study, one.metric, one.arm) == key
            and (one.segment is None if dimension is None else one.segment is not None and dimension in one.segment)
        ]

    def parts(self, part: str) -> list[str]:
        """Metrics that are parts of the question's."""
        own = self.question.metric
        return [one.metric for one in self.metrics.values() if one.part_of == own and one.part == part]


def _panel(project: Project, question: Question, shown: _Shown, alpha: float) -> Panel:
    [headline] = shown.headlines(question.metric)
    summary = shown.metrics[question.metric]
    trend = sorted(shown.headlines(question.metric, STARTED), key=lambda one: (one.segment or {})[STARTED])
    maturity = _by_maturity(project, question, shown)
    categories = [one for part in shown.parts("category") for one in shown.headlines(part)]
    harms = [headline] if _harm(headline, headline.p_value, summary, alpha) else []
    harms += [one for one in categories if _harm(one, one.p_adjusted, summary, alpha)]
    p_values = holm([one.p_value for one in maturity])
    harms += [one for one, p in zip(maturity, p_values, strict=True) if _harm(one, p, summary, alpha)]
    categories.sort(key=lambda one: (one not in harms, -abs(_effect(one)), one.id))
    return Panel(
        topic=question.topic,
        study=question.study,
        metric=question.metric,
        arm=question.arm,
        headline=headline.id,
        trend=_ids(trend),
        maturity=_ids(maturity),
        categories=_ids(categories),
        harms=_ids(harms),
        funnel=_ids(one for metric in question.funnel for one in shown.headlines(metric)),
        shares=_ids(one for metric in shown.parts("share") for one in shown.headlines(metric)),
        line=_line(project, question),
    )


def _by_maturity(project: Project, question: Question, shown: _Shown) -> list[Estimate]:
    """From the lowest band; the unknown last."""
    if question.maturity is None:
        return []
    dimension = next(one for one in project.dimensions if one.name == question.maturity)
    order = [band.name for band in dimension.bands]
    found = shown.headlines(question.metric, question.maturity)

    def place(one: Estimate) -> tuple[int, str]:
        value = (one.segment or {})[dimension.name]
        return (order.index(value) if value in order else len(order) + (value == ""), value)

    return sorted(found, key=place)


def _harm(one: Estimate, p_value: float | None, metric: MetricSummary, alpha: float) -> bool:
    """Whether it is proven that the treatment made it worse."""
    if one.grade is Grade.BROKEN or p_value is None or not isinstance(one.effect, Interval):
        return False
    return p_value < alpha and (one.effect.value < 0) == (metric.better == "higher")


def _effect(one: Estimate) -> float:
    return one.effect.value if isinstance(one.effect, Interval) else 0.0


def _line(project: Project, question: Question) -> str | None:
    """The benefit line that rests on the question's metric."""
    lines = () if project.value is None else project.value.lines
    key = (question.study, question.metric, question.arm)
    return next((line.name for line in lines if (line.study, line.metric, line.arm) == key), None)


def _ids(estimates: Iterable[Estimate]) -> tuple[str, ...]:
    return tuple(one.id for one in estimates)
