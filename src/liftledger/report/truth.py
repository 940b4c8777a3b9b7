"""The truth of a simulated company beside its estimates."""

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Estimate, Report
from liftledger.report import numbers


class Score(msgspec.Struct, frozen=True):
    """How many headline intervals over all units hold the truth, of how many with a known one."""

    holding: int
    known: int
    expected: str  # of as many intervals

    def __str__(self) -> str:
        return (
            f"Of {numbers.count(self.known)} headline intervals, {numbers.count(self.holding)} hold the truth; "
            f"about {self.expected} are expected to."
        )


def score(report: Report) -> Score | None:
    """None where the company is not a simulated one, or a check failed in each of its studies."""
    if all(e.truth is None for e in report.estimates):
        return None
    sound = {study.name for study in report.studies if study.grade is not Grade.BROKEN}
    known = [e for e in report.estimates if e.headline and e.segment is None and held(e) and e.study in sound]
    if not known:
        return None
    return Score(sum(map(holds, known)), len(known), numbers.fixed(report.confidence * len(known), 0))


def true_effect(estimate: Estimate, unit: numbers.Unit) -> str:
    """The true effect, where it is known, as exactly as its estimate is written."""
    if estimate.truth is None:
        return ""
    value, effect = estimate.truth * unit.factor, estimate.effect
    decimals = numbers.effect_places(effect, unit) if isinstance(effect, Interval) else numbers.significant(value, 3)
    return numbers.fixed(value, decimals, signed=True) + unit.change_sign


def held(estimate: Estimate) -> str:
    """Whether the interval holds the true effect; '' where there is no interval or no truth."""
    if estimate.truth is None or not isinstance(estimate.effect, Interval):
        return ""
    return "in the interval" if holds(estimate) else "outside the interval"


def holds(estimate: Estimate) -> bool:
    """Whether the interval holds the true effect; there must be both."""
    effect, truth = estimate.effect, estimate.truth
    return isinstance(effect, Interval) and truth is not None and effect.low <= truth <= effect.high
