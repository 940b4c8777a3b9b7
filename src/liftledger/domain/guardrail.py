"""When a guardrail is breached: proven harm of a metric that must not get worse."""

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Estimate, MetricSummary


def breached(estimate: Estimate, metric: MetricSummary, confidence: float) -> bool:
    """Whether a randomised comparison proves harm; a part must prove it among all parts of its metric (Holm)."""
    effect = estimate.effect
    if metric.role != "guardrail" or estimate.grade is not Grade.RANDOMISED or isinstance(effect, NoEstimate):
        return False
    if metric.part_of is not None and (estimate.p_adjusted is None or estimate.p_adjusted >= 1 - confidence):
        return False
    return effect.high < 0 if metric.better == "higher" else effect.low > 0
