"""What an interval says in a word: better, worse, not proven, or nothing at all."""

from enum import StrEnum

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Estimate, MetricSummary


class Verdict(StrEnum):
    """Read from the interval of the difference alone; the value is also the CSS class."""

    BETTER = "better"
    WORSE = "worse"
    UNPROVEN = "unproven"  # the interval contains 0
    SILENT = "silent"  # no number can be given
    OBSERVED = "observed"  # no control arm, so there is nothing to compare with
    BROKEN = "broken"


NAMES = {
    Verdict.BETTER: "Better",
    Verdict.WORSE: "Worse",
    Verdict.UNPROVEN: "Not proven",
    Verdict.SILENT: "No answer",
    Verdict.OBSERVED: "Observed",
    Verdict.BROKEN: "Broken",
}
GUARDRAIL_NAMES = NAMES | {
    Verdict.BETTER: "Held",
    Verdict.WORSE: "Breached",
    Verdict.UNPROVEN: "No harm proven",
}


def verdict(estimate: Estimate, metric: MetricSummary) -> Verdict:
    """The word for an estimate; a broken grade overrules every number."""
    if estimate.grade is Grade.BROKEN:
        return Verdict.BROKEN
    if estimate.control is None:
        return Verdict.OBSERVED
    effect = estimate.effect
    if isinstance(effect, NoEstimate):
        return Verdict.SILENT
    if effect.low <= 0 <= effect.high:
        return Verdict.UNPROVEN
    return Verdict.BETTER if (effect.low > 0) == (metric.better == "higher") else Verdict.WORSE


def name(found: Verdict, metric: MetricSummary, grade: Grade) -> str:
    """The verdict as a label; guardrails are said in their own words, and what no chance drew is not left at a word.

    The grade is the estimate's, which may be weaker than its study's.
    """
    said = (GUARDRAIL_NAMES if metric.role == "guardrail" else NAMES)[found]
    claimed = found in (Verdict.BETTER, Verdict.WORSE) and grade is not Grade.RANDOMISED
    return f"{said}, not randomised" if claimed else said
