"""The portfolio: all own randomised studies of one metric, as measured and as shrunk by each other.

It stands beside the case and is never applied to it: whether past studies say something about this one is for a person
to declare, as a prior.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import NormalDist

import msgspec

from liftledger.domain.cash import Extra, Figure, Money
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Estimate, MetricSummary
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.figure import figure, scaled
from liftledger.finance.formulas.james_stein import positive_part
from liftledger.finance.formulas.normal import interval
from liftledger.finance.formulas.own_prior import OwnPrior, own_prior
from liftledger.finance.formulas.winners_curse import winners_bias

MODEL = "normal hierarchical model of all own studies of the metric, its spread integrated over"
HEADS = ("study", "effect", "standard error", "expected effect", "its standard error")


class Worth(msgspec.Struct, frozen=True):
    """A line that is priced on one of the studies, without a prior."""

    line: str
    study: str
    present_of_one: float  # present value of one unit of effect


def own_studies(estimates: Sequence[Estimate], metric: str) -> dict[str, Estimate]:
    """By study: randomised, over all units, with a standard error, whatever they found.

    Arms of one study share its control, so only the first counts.
    """
    found: dict[str, Estimate] = {}
    for one in estimates:
        of_all = one.headline and one.segment is None and one.metric == metric
        if of_all and one.grade is Grade.RANDOMISED and isinstance(one.effect, Interval) and one.effect.se > 0:
            found.setdefault(one.study, one)
    return found


def portfolios(
    measured: Sequence[Measured], money: Money, estimates: Sequence[Estimate], currency: str, confidence: float
) -> Iterator[Extra]:
    """Of each metric of which a line is priced without a prior, and which six or more own studies measured."""
    workings = money.workings
    if workings is None:
        return
    inputs = {one.name for one in workings.inputs}
    values = {row.name: row.values for row in workings.rows}
    lines: dict[str, list[Worth]] = {}
    for one in measured:
        own = f"lines.{one.line.name}"
        worth = values.get(f"{own}.present_of_one", (None,))[0]
        if worth is not None and f"{own}.se" in inputs and f"{own}.prior_sd" not in inputs:
            lines.setdefault(one.metric.metric, []).append(Worth(one.line.name, one.line.study, worth))
    for described in {one.metric.metric: one.metric for one in measured if one.metric.metric in lines}.values():
        studies = own_studies(estimates, described.metric)
        rest = [line for line in lines[described.metric] if line.study in studies]
        found = portfolio(described, studies, rest, currency, confidence)
        if found is not None:
            yield found


def portfolio(
    metric: MetricSummary, studies: Mapping[str, Estimate], lines: Sequence[Worth], currency: str, confidence: float
) -> Extra | None:
    """None where there are fewer than six studies. `studies` are `own_studies` of the metric."""
    effects = _effects(studies.values())
    prior = own_prior([one.value for one in effects], [one.se for one in effects])
    if isinstance(prior, NoEstimate):
        return None
    name = f"own_studies_{metric.metric}"
    inputs = {study: one.id for study, one in studies.items()}
    each = {study: prior.expected([float(study == one) for one in studies], confidence) for study in studies}

    def of(part: str, answer: Interval | NoEstimate | float, formula: str, unit: str = metric.unit) -> Figure:
        return figure(f"money.extras.{name}.{part}", answer, unit, formula, inputs)

    figures = [of(part, answer, formula) for part, answer, formula in _figures(prior, effects, metric, confidence)]
    for line in lines:
        figures.append(
            of(f"{line.line}.prior", _prior_of(line, studies, confidence), "true effect, by all other studies")
        )
        formula = f"effect of {line.study} as expected: {MODEL}"
        figures.append(of(f"{line.line}.expected", each[line.study], formula))
        value = scaled(each[line.study], line.present_of_one)
        figures.append(of(f"{line.line}.present_value", value, f"{formula}; x present value of one unit", currency))
    rows = [
        (study, one.value, one.se, each[study].value, each[study].se)
        for study, one in zip(studies, effects, strict=True)
    ]
    words = (
        f"{len(effects)} own randomised studies measured {metric.metric}. What they say together is not applied to the "
        "case: a prior that rests on it is declared, for a study that is not itself among those it rests on.",
        "Studies that are significantly better were partly lucky: of them together expect the sum as shrunk, not the "
        "sum as measured.",
    )
    return Extra(name, f"Own studies of {metric.metric}", words, tuple(figures), HEADS, tuple(rows))


def _figures(
    prior: OwnPrior, effects: Sequence[Interval], metric: MetricSummary, confidence: float
) -> Iterator[tuple[str, Interval | float, str]]:
    better = 1 if metric.better == "higher" else -1
    bar = NormalDist().inv_cdf((1 + confidence) / 2)
    won = [float(better * one.value > bar * one.se) for one in effects]
    every = [1.0] * len(effects)
    winners = "of the studies that are significantly better"
    yield "mean", prior.center(confidence), f"mean of the true effects: {MODEL}"
    yield "sd", prior.spread, f"standard deviation of the true effects: {MODEL}"
    yield "next", prior.next_study(confidence), f"true effect of a further study, as a prior for it: {MODEL}"
    yield "raw", _sum(effects, every, confidence), "sum of the effects as measured"
    yield "shrunk", prior.expected(every, confidence), f"sum of the expected effects: {MODEL}"
    factor = positive_part([one.value for one in effects], [one.se for one in effects])
    alike = factor * math.fsum(one.value for one in effects)
    yield "james_stein", alike, "sum of the effects x James and Stein's factor, 1 - (k - 2) / sum of (effect / se)^2"
    yield "raw_won", _sum(effects, won, confidence), f"sum of the effects as measured, {winners}"
    yield "shrunk_won", prior.expected(won, confidence), f"sum of the expected effects, {winners}: {MODEL}"
    bias = winners_bias([better * one.value for one in effects], [one.se for one in effects], [bar] * len(effects))
    yield "bias", better * bias, f"how far the sum as measured, {winners}, is too good: Lee & Shen 2018"


def _prior_of(line: Worth, studies: Mapping[str, Estimate], confidence: float) -> Interval | NoEstimate:
    """By the studies that the line does not rest on."""
    others = _effects(one for study, one in studies.items() if study != line.study)
    prior = own_prior([one.value for one in others], [one.se for one in others])
    return prior if isinstance(prior, NoEstimate) else prior.next_study(confidence)


def _effects(studies: Iterable[Estimate]) -> list[Interval]:
    return [one.effect for one in studies if isinstance(one.effect, Interval)]


def _sum(effects: Sequence[Interval], counted: Sequence[float], confidence: float) -> Interval:
    value = math.fsum(one.value * count for one, count in zip(effects, counted, strict=True))
    se = math.hypot(*(one.se * count for one, count in zip(effects, counted, strict=True)))
    return interval(value, se, confidence=confidence)
