"""What stands against a decision by money alone: guardrails of the studies that are priced, and the pilot."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from liftledger.domain.cash import Money
from liftledger.domain.guardrail import breached
from liftledger.domain.pilot import Standing
from liftledger.domain.report import Estimate, MetricSummary
from liftledger.finance.uncertainty.overruled import overruled


def weighed(
    money: Money,
    estimates: Iterable[Estimate],
    metrics: Mapping[str, MetricSummary],
    standing: Standing | None,
    confidence: float,
) -> Money:
    """The case, its decision overruled where something does."""
    if money.decision is None:
        return money
    breaches = tuple(_breaches(money, estimates, metrics, confidence))
    killed = f"on {standing.date} ({standing.reason})" if standing is not None and standing.state == "killed" else ""
    return msgspec.structs.replace(money, decision=overruled(money.decision, breaches, killed))


def _breaches(
    money: Money, estimates: Iterable[Estimate], metrics: Mapping[str, MetricSummary], confidence: float
) -> Iterator[str]:
    """Of the arms whose effects are priced; another arm is not what would be scaled."""
    priced = {(line.study, line.arm) for line in money.lines if line.priced}
    for one in estimates:
        whole = one.headline and one.segment is None and (one.study, one.arm) in priced
        if whole and breached(one, metrics[one.metric], confidence):
            yield f"{_called(metrics[one.metric])} with {one.arm} in {one.study}"


def _called(metric: MetricSummary) -> str:
    if metric.part_of is None:
        return metric.metric
    return f"{metric.part_of}, {metric.part_value or 'blank'}"
